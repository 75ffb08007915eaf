import { expect, it } from 'vitest';
import { bytes, clock, count, figure, macs, percent, share, signed, tick } from './format.ts';

it('fractions are written as per cent with a unit', () => {
  expect([percent(0.3125), percent(1, 0), percent(0)]).toEqual(['31.3 %', '100 %', '0.0 %']);
});

it('t_d and p are written without the zero before the point', () => {
  expect([share(0.3, 2), share(0, 2), share(1, 2), share(0.0456, 3)]).toEqual(['.30', '.00', '1.00', '.046']);
});

it('differences have a sign, a true minus where they are negative', () => {
  expect([signed(-1.26, 1), signed(0, 0), signed(31.4, 0)]).toEqual(['−1.3', '+0', '+31']);
});

it('what is missing or not finite is a dash, never a zero', () => {
  expect([
    percent(null),
    count(undefined),
    macs(Number.NaN),
    figure(Number.POSITIVE_INFINITY),
    clock(Number.NaN),
  ]).toEqual(new Array(5).fill('–'));
});

it('multiply-adds carry three digits and a prefix', () => {
  expect([macs(703_560_448), macs(11_211_616), macs(2_048), macs(7)]).toEqual([
    '704 M',
    '11.2 M',
    '2.05 k',
    '7',
  ]);
});

it('times are minutes and seconds, and hours when there are any', () => {
  expect([clock(0.4), clock(59.6), clock(190), clock(4000)]).toEqual(['0:00', '1:00', '3:10', '1:06:40']);
});

it('figures keep three digits whatever their size', () => {
  expect([figure(39.64), figure(0.01234), figure(0.00004), figure(-2.5), figure(12345), figure(0)]).toEqual([
    '39.6',
    '0.0123',
    '4.0e-5',
    '-2.5',
    '12,345',
    '0',
  ]);
});

it('axis labels are short at every size', () => {
  expect([tick(43.7), tick(1.447), tick(0.255), tick(0.00285), tick(0), tick(12345)]).toEqual([
    '44',
    '1.4',
    '0.26',
    '3e-3',
    '0',
    '12,345',
  ]);
});

it('file sizes are written in decimal units', () => {
  expect([bytes(512), bytes(3_073_000), bytes(147_100_000), bytes(7_990_800_000)]).toEqual([
    '0.5 kB',
    '3.1 MB',
    '147 MB',
    '8.0 GB',
  ]);
});
