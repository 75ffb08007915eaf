import { describe, expect, it, vi } from 'vitest';
import { memoryDirectory } from './directory.fixture.ts';
import { rangeStoreIn } from './rangeStore.ts';

const bytesOf = (length: number, seed = 1) =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7) % 256);

describe('the store of ranges', () => {
  it('gives back what it was given, also to whoever opens it later', async () => {
    const { directory } = memoryDirectory();
    const file = await (await rangeStoreIn(directory)).open('cifar10', ['abc', 'data', 'train.parquet']);
    expect([file.total, file.ranges()]).toEqual([null, []]);
    await file.write(100, bytesOf(50), 1000);
    await file.write(0, bytesOf(4, 2), 1000);
    const later = await (await rangeStoreIn(directory)).open('cifar10', ['abc', 'data', 'train.parquet']);
    expect(later.total).toBe(1000);
    expect(later.ranges()).toEqual([
      { start: 0, end: 4 },
      { start: 100, end: 150 },
    ]);
    expect(await later.read({ start: 100, end: 150 })).toEqual(bytesOf(50));
  });

  it('never takes a torn file for data, wherever it was torn', async () => {
    const memory = memoryDirectory();
    const store = await rangeStoreIn(memory.directory);
    const written = await store.open('s', ['f']);
    await written.write(0, bytesOf(200), 200);
    const [path] = [...memory.files.keys()];
    const whole = memory.files.get(path!)!;
    for (let length = 0; length < whole.length; length += 7) {
      memory.files.set(path!, whole.slice(0, length));
      const file = await store.open('s', ['f']);
      expect(await file.read({ start: 0, end: 200 })).toBeNull();
      expect(file.ranges()).toEqual([]);
    }
    // The file has its full length, but one byte was never written.
    const holed = whole.slice();
    holed[77]! ^= 255;
    memory.files.set(path!, holed);
    expect(await (await store.open('s', ['f'])).read({ start: 0, end: 200 })).toBeNull();
    memory.files.set(path!, whole);
    expect(await (await store.open('s', ['f'])).read({ start: 0, end: 200 })).toEqual(bytesOf(200));
  });

  it('keeps nothing of what finds no room', async () => {
    const memory = memoryDirectory();
    const store = await rangeStoreIn(memory.directory);
    const file = await store.open('s', ['f']);
    memory.room = 120;
    await expect(file.write(0, bytesOf(100), 500)).rejects.toThrow(DOMException);
    expect(memory.files.size).toBe(0);
    await file.write(0, bytesOf(50), 500);
    expect(file.ranges()).toEqual([{ start: 0, end: 50 }]);
  });

  it('counts and clears one data set at a time', async () => {
    const store = await rangeStoreIn(memoryDirectory().directory);
    await (await store.open('a', ['x', 'f'])).write(0, bytesOf(100), 100);
    await (await store.open('a', ['x', 'g'])).write(5, bytesOf(10), 100);
    await (await store.open('b', ['f'])).write(0, bytesOf(30), 100);
    expect(await store.size('a')).toBe(100 + 10 + 2 * 32);
    await store.clear('a');
    await store.clear('a');
    expect([await store.size('a'), await store.size('b')]).toEqual([0, 62]);
    expect((await store.open('a', ['x', 'f'])).ranges()).toEqual([]);
  });

  it('counts what is there, where another tab clears meanwhile', async () => {
    const memory = memoryDirectory();
    const store = await rangeStoreIn(memory.directory);
    const file = await store.open('a', ['f']);
    await file.write(0, bytesOf(100), 500);
    await file.write(200, bytesOf(50), 500);
    vi.spyOn(memory.files, 'get').mockReturnValueOnce(undefined);
    expect(await store.size('a')).toBe(50 + 32);
  });
});
