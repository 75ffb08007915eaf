import { expect, it } from 'vitest';
import { paperAnswerOf } from './paperAnswers.ts';

// Expected values are the paper's printed ones, by hand.

it('sets the gated network at the nearest budget beside dense VICReg', () => {
  const answer = paperAnswerOf('gating', 0.26)!;
  expect(answer.first.budget).toBe(0.3);
  expect(answer.difference).toBeCloseTo(0.9027 - 0.9111, 10);
  expect(answer.saved).toBeCloseTo(0.6643, 10);
  expect(paperAnswerOf('gating', 0.9)!.first.budget).toBe(0.5);
});

it('sets about half a budget beside the whole', () => {
  const budgets = ({ first, second }: NonNullable<ReturnType<typeof paperAnswerOf>>) => [
    first.budget,
    second.budget,
  ];
  expect(budgets(paperAnswerOf('half', 0.3)!)).toEqual([0.1, 0.3]);
  const half = paperAnswerOf('half', 0.6)!;
  expect(budgets(half)).toEqual([0.3, 0.5]);
  expect(half.difference).toBeCloseTo(0.9027 - 0.904, 10);
  expect(half.saved).toBeCloseTo(1 - (1 - 0.6643) / (1 - 0.4902), 10);
});

it('has no answer about small dense networks, because the paper has none', () => {
  expect(paperAnswerOf('small', 0.3)).toBeNull();
});
