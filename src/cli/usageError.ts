/** Arguments that make no order, in a sentence: the command shows its usage and exits with 2. */
export class UsageError extends Error {}
