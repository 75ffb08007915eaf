/** Wrong arguments, described in a sentence. The command shows its usage and exits with 2. */
export class UsageError extends Error {}
