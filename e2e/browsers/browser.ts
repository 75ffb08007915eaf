/** What can be handed to a page, and comes back from it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A browser with one page. Every browser that speaks WebDriver or WebDriver BiDi can do this much. */
export interface Browser {
  /** Name and version, as the browser says them. */
  readonly name: string;
  goTo(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs `work` in the page. It sees nothing but its argument, because only its source goes there. */
  run<A extends Json, R extends Json>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** What the page's own policy has blocked so far; null where the browser does not tell. */
  blocked(): readonly string[] | null;
  close(): Promise<void>;
}

/** The source of a call of `work`, for browsers that take source. */
export function sourceOf<A extends Json, R>(work: (argument: A) => R, argument: A): string {
  return `(${work})(${JSON.stringify(argument)})`;
}
