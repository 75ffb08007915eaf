/** The error for an order that a network cannot be given. Its message says what to do: no advice follows. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
