/** One line of the golden report: how far the project's number is from the authors'. */
export interface CheckRow {
  /** What was compared, in words: file, case and quantity. */
  readonly check: string;
  readonly worstError: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** The unit of the error, or what went wrong. */
  readonly detail?: string;
}
