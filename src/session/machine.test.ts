import { expect, test } from 'vitest';
import type { SessionState } from '../run/protocol.ts';
import { StateMachine } from './machine.ts';

function walk(...states: SessionState[]): SessionState[] {
  const announced: SessionState[] = [];
  const machine = new StateMachine((state) => announced.push(state));
  for (const state of states) machine.to(state);
  return announced;
}

test('a whole run walks from loading to finished', () => {
  const road = [
    'loading',
    'compiling',
    'evaluating',
    'training',
    'evaluating',
    'training',
    'evaluating',
    'finished',
  ] as const;
  expect(walk(...road)).toEqual(road);
});

test('a pause is asked for, reached, and left again', () => {
  const road = ['loading', 'compiling', 'evaluating', 'training', 'pausing', 'paused', 'training'] as const;
  expect(walk(...road)).toEqual(road);
});

test('staying in a state announces nothing', () => {
  expect(walk('loading', 'loading')).toEqual(['loading']);
});

test('a finished or failed session goes nowhere', () => {
  expect(() => walk('loading', 'failed', 'training')).toThrow(
    'cannot go from failed to training, only to nowhere',
  );
});

test('training cannot begin before data and engine stand', () => {
  expect(() => walk('loading', 'training')).toThrow('cannot go from loading to training');
});
