/** The layer that an operation belongs to, for profiles. */
export interface Of {
  readonly of: string;
}
