import { beforeEach, describe, expect, it } from 'vitest';
import { surviveTranslation } from './translation.ts';

/** As much of a page's tree as the two calls need, and as strict as a browser's. */
class FakeNode {
  parentNode: FakeNode | null = null;
  readonly children: FakeNode[] = [];
  constructor(readonly name: string) {}

  insertBefore(node: FakeNode, before: FakeNode | null): FakeNode {
    if (before !== null && before.parentNode !== this) throw new Error('NotFoundError: not a child');
    node.parentNode?.removeChild(node);
    this.children.splice(before === null ? this.children.length : this.children.indexOf(before), 0, node);
    node.parentNode = this;
    return node;
  }

  removeChild(node: FakeNode): FakeNode {
    if (node.parentNode !== this) throw new Error('NotFoundError: not a child');
    this.children.splice(this.children.indexOf(node), 1);
    node.parentNode = null;
    return node;
  }

  get tree(): string {
    return this.children.length === 0
      ? this.name
      : `${this.name}(${this.children.map((child) => child.tree).join(' ')})`;
  }
}

const { insertBefore, removeChild } = FakeNode.prototype;
const node = (name: string, ...children: readonly FakeNode[]) => {
  const made = new FakeNode(name);
  for (const child of children) insertBefore.call(made, child, null);
  return made;
};

/** What Google Translate does with a text: `<font><font>text</font></font>` in its place. */
function translate(text: FakeNode): void {
  const parent = text.parentNode!;
  const outer = node('font');
  insertBefore.call(parent, outer, text);
  insertBefore.call(outer, node('font', removeChild.call(parent, text)), null);
}

describe('a page whose texts a translator has wrapped', () => {
  beforeEach(() => {
    Object.assign(FakeNode.prototype, { insertBefore, removeChild });
    // The calls are the browser's own by name; a unit test has no browser, and its nodes are these.
    surviveTranslation(FakeNode.prototype as unknown as Pick<Node, 'insertBefore' | 'removeChild'>);
  });

  it('lets a text be removed with its wrapper', () => {
    const text = node('text');
    const parent = node('p', node('b'), text);
    translate(text);
    expect(parent.removeChild(text)).toBe(text);
    expect(parent.tree).toBe('p(b)');
  });

  it('lets a node be inserted before a text: before its wrapper', () => {
    const text = node('text');
    const parent = node('p', text);
    translate(text);
    parent.insertBefore(node('b'), text);
    expect(parent.tree).toBe('p(b font(font(text)))');
  });

  it('lets a node be inserted and removed where the translator took the text out of the page', () => {
    const text = node('text');
    const parent = node('p', text, node('i'));
    removeChild.call(parent, text);
    parent.insertBefore(node('b'), text);
    expect(parent.removeChild(text)).toBe(text);
    expect(parent.tree).toBe('p(i b)');
  });

  it('leaves the calls as they are on a page that nobody translated', () => {
    const first = node('a');
    const parent = node('p', first, node('c'));
    parent.insertBefore(node('b'), parent.children[1]!);
    parent.insertBefore(node('d'), null);
    expect(parent.tree).toBe('p(a b c d)');
    parent.removeChild(first);
    expect(parent.tree).toBe('p(b c d)');
  });
});
