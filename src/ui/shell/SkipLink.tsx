/** Id of the part of the page that follows header and tabs. */
export const CONTENT = 'content';

/** The first stop of the Tab key: it leads past header and settings. It is seen while it has the focus. */
export function SkipLink() {
  return (
    <a
      className="skip-link"
      href={`#${CONTENT}`}
      onClick={(event) => {
        // The part after “#” is where links carry settings, so the browser must not write it.
        event.preventDefault();
        const content = document.getElementById(CONTENT);
        content?.focus();
        content?.scrollIntoView({ block: 'start' });
      }}
    >
      Skip to the run
    </a>
  );
}
