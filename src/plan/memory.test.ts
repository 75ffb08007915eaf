import { expect, it } from 'vitest';
import { Memory, part } from './memory.ts';

it('reuses what was given back, unless it would waste more than half', () => {
  const memory = new Memory();
  const first = memory.take('first', 1000);
  expect(memory.bytes).toBe(4000);
  memory.give(first);
  expect(memory.take('small', 100).buffer).not.toBe(first.buffer);
  const second = memory.take('second', 600);
  expect(second.buffer).toBe(first.buffer);
  expect(second.size).toBe(2400);
  expect(memory.take('third', 600).buffer).not.toBe(first.buffer);
  expect(memory.bytes).toBe(4000 + 400 + 2400);
  expect(memory.largest?.name).toBe('first');
});

it('takes the smallest that fits, and refuses to take back twice', () => {
  const memory = new Memory();
  const [large, small] = [memory.take('large', 400), memory.take('small', 300)];
  memory.give(large);
  memory.give(small);
  expect(memory.take('next', 300).buffer).toBe(small.buffer);
  expect(() => memory.give(large)).toThrow('large was given back twice');
});

it('reuses nothing where it is to keep everything', () => {
  const memory = new Memory({ keeps: true });
  const first = memory.take('first', 1000);
  memory.give(first);
  expect(memory.take('second', 1000).buffer).not.toBe(first.buffer);
});

it('cuts parts at aligned places within the span', () => {
  const span = new Memory().allocate('all', 200);
  expect(part(span, 64, 100)).toEqual({ buffer: span.buffer, offset: 256, size: 400 });
  expect(() => part(span, 10, 10)).toThrow('multiple of 256');
  expect(() => part(span, 128, 100)).toThrow('exceeds all');
});
