import type { Page } from '@playwright/test';

/**
 * Texts that are not read whole: a box hides the end of what it holds, a select is narrower than its choice,
 * a word reaches out of its box, or the page scrolls sideways. Boxes that scroll hide nothing.
 * @returns for each what it is, what it says, and how much room it would need, CSS pixels
 */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const tell = (element: Element, needs: number, has: number) => {
      const name = [element.tagName.toLowerCase(), ...element.classList].join('.');
      const says = (element instanceof HTMLSelectElement ? element.selectedOptions[0] : element)?.textContent;
      found.push(`${name} “${says?.trim().slice(0, 60)}” needs ${needs}, has ${has}`);
    };
    const ownText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());

    /** Width that a select takes if it is as wide as the choice that it shows. */
    const wanted = (select: HTMLSelectElement) => {
      const copy = select.cloneNode(false) as HTMLSelectElement;
      const option = document.createElement('option');
      option.text = select.selectedOptions[0]?.text ?? '';
      copy.append(option);
      copy.style.cssText = 'position: absolute; visibility: hidden; width: max-content; max-width: none';
      select.parentElement?.append(copy);
      const { offsetWidth } = copy;
      copy.remove();
      return offsetWidth;
    };

    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (element.closest('svg, .visually-hidden, .skip-link') || !element.checkVisibility()) continue;
      if (element instanceof HTMLSelectElement) {
        const needs = wanted(element);
        if (needs > element.offsetWidth + 1) tell(element, needs, element.offsetWidth);
        continue;
      }
      const { overflowX, overflowY, display } = getComputedStyle(element);
      if (element.textContent?.trim() === '' || display === 'inline') continue;
      const wide = element.scrollWidth > element.clientWidth + 1;
      if (
        wide &&
        (overflowX === 'hidden' || overflowX === 'clip' || (overflowX === 'visible' && ownText(element)))
      )
        tell(element, element.scrollWidth, element.clientWidth);
      const high = element.scrollHeight > element.clientHeight + 2;
      if (high && (overflowY === 'hidden' || overflowY === 'clip'))
        tell(element, element.scrollHeight, element.clientHeight);
    }
    for (const drawing of document.querySelectorAll('main svg')) {
      const { left, right } = drawing.getBoundingClientRect();
      for (const text of drawing.querySelectorAll('text')) {
        const box = text.getBoundingClientRect();
        if (box.width > 0 && (box.left < left - 1.5 || box.right > right + 1.5))
          tell(
            text,
            Math.round(box.width),
            Math.round(Math.min(box.right, right) - Math.max(box.left, left)),
          );
      }
    }
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > window.innerWidth) tell(document.documentElement, scrollWidth, window.innerWidth);
    return [...new Set(found)];
  });
}
