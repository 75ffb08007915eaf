import { expect, it } from 'vitest';

/** A text of an error: the work that provokes it, its words, and the same work after what it advises. */
export interface Advice {
  /** Throws, or gives a promise that rejects. */
  readonly provoke: () => unknown;
  /** The words that a user reads, with what they advise. */
  readonly says: RegExp;
  /** The work once more, after the advice was followed. It fails as `provoke` does if that did not help. */
  readonly follow: () => unknown;
}

/** An error of this project’s own that was made while a text was provoked. `npm run texts` tells of it. */
interface Made {
  readonly place: string;
  readonly message: string;
}

declare global {
  /** Only in `npm run texts`: begins to list the errors that are made. */
  var listTexts: (() => readonly Made[]) | undefined;
  /** Only in `npm run texts`: keeps that what a text advises was followed, and that it helped. */
  var cureText: ((place: string) => void) | undefined;
}

/**
 * The work fails with these words; after what they advise it succeeds. A text that a longer one quotes, or
 * has as its cause, is cured with it.
 */
export async function advised({ provoke, says, follow }: Advice): Promise<void> {
  const made = globalThis.listTexts?.();
  const messages = await messagesOf(provoke);
  expect(messages[0]).toMatch(says);
  await follow();
  for (const text of made ?? []) {
    if (messages.some((message) => message.includes(text.message))) globalThis.cureText?.(text.place);
  }
}

/** The message of the error that work ends in, and that of its cause. */
async function messagesOf(work: () => unknown): Promise<readonly string[]> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof Error)) return [String(fault)];
    return fault.cause instanceof Error ? [fault.message, fault.cause.message] : [fault.message];
  }
  return expect.fail('expected an error, got none');
}

/** A row of a table of texts: what goes wrong, and the parts of an `Advice`. */
export type AdviceRow = readonly [
  fault: string,
  provoke: Advice['provoke'],
  says: Advice['says'],
  follow: Advice['follow'],
];

/** A test for each row of a table of texts. */
export function testAdvice(rows: readonly AdviceRow[]): void {
  it.each(rows)('%s', (_, provoke, says, follow) => advised({ provoke, says, follow }));
}
