import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { testAdvice } from '../../advice.fixture.ts';
import { dawnFiles, PLATFORM } from './bundledFiles.ts';
import { requireBundleFolder, writeBundle } from './bundleFolder.ts';
import { compileAssembly } from './finishedBinaries.ts';
import { licencesText } from './licences.ts';
import { ownNode } from './ownNode.ts';

const root = mkdtempSync(join(tmpdir(), 'dualgate-bundle-advice-'));
const at = (...parts: readonly string[]) => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/** What the licences of a bundle are read from beside its packages. */
function putProject(): void {
  put(at('LICENSE'), 'MIT');
  put(at('public/emoji10/manifest.json'), '{ "about": "drawings", "credits": ["Noto"] }');
  put(at('node_modules/typescript/LICENSE'), 'Apache License');
}

const BUNDLE = new Map([['run', Buffer.from('#!/bin/sh')]]);

testAdvice([
  [
    'a folder with other files',
    () => {
      put(at('runs/run.json'));
      return requireBundleFolder(at('runs'));
    },
    /^--out must be a folder, new, empty or a bundle and nothing else, got .*run\.json\. Name another\.$/,
    () => requireBundleFolder(at('new')),
  ],
  [
    'a bundle to which a file was added',
    async () => {
      await writeBundle(at('made'), BUNDLE, new Set());
      await requireBundleFolder(at('made'));
      put(at('made/own.json'));
      return requireBundleFolder(at('made'));
    },
    /got .*own\.json\. Name another\.$/,
    () => requireBundleFolder(at('another')),
  ],
  [
    'a file in the place of the folder',
    () => {
      put(at('file'));
      return requireBundleFolder(at('file'));
    },
    /^--out must be a folder, new, empty or a bundle, got .*ENOTDIR.*\. Name another\.$/,
    () => requireBundleFolder(at('another')),
  ],
  [
    'no Dawn',
    () => dawnFiles(root),
    /^A bundle needs the optional package “webgpu” .* Install it with “npm ci --include=optional”\.$/,
    () => {
      put(at('node_modules/webgpu/dist', PLATFORM, 'dawn.node'));
      return dawnFiles(root);
    },
  ],
  [
    'a package without the text of its licence',
    () => {
      putProject();
      put(at('some/package.json'), '{ "name": "some", "version": "1.0.0", "license": "ISC" }');
      return licencesText(root, [at('some')]);
    },
    /^some 1\.0\.0: a bundle must hold the text of its licence \(ISC\), .* or add the text\.$/,
    () => {
      put(at('some/LICENSE.md'), 'ISC');
      return licencesText(root, [at('some')]);
    },
  ],
  [
    'a Node that is not one file',
    () => {
      put(at('small/node'));
      return ownNode(at('small/node'));
    },
    /^--with-node needs a Node that is one file, .* Take one from nodejs\.org, or leave --with-node out\.$/,
    () => {
      put(at('large/bin/node'));
      truncateSync(at('large/bin/node'), 31e6);
      put(at('large/LICENSE'), 'MIT');
      return ownNode(at('large/bin/node'));
    },
  ],
  [
    'a Node without its licence',
    () => {
      put(at('bare/bin/node'));
      truncateSync(at('bare/bin/node'), 31e6);
      return ownNode(at('bare/bin/node'));
    },
    /^--with-node needs Node's licence to put beside it, .* Take Node from nodejs\.org/,
    () => {
      put(at('bare/LICENSE'), 'MIT');
      return ownNode(at('bare/bin/node'));
    },
  ],
  [
    'a bundle that has lost a binary',
    () => compileAssembly(at('lost.wasm'), { name: 'SIMD kernels' }),
    /^SIMD kernels: a bundle must hold .*lost\.wasm, and does not\. Unpack it again\.$/,
    () => {
      put(at('lost.wasm'), readFileSync(at('LICENSE'), 'utf8'));
      return compileAssembly(at('lost.wasm'), { name: 'SIMD kernels' });
    },
  ],
  [
    'a browser that a bundle is asked for',
    () => import('./absent.ts'),
    /^This needs a browser, which .* Start it in the project itself\.$/,
    () => import('../builtSite.ts'),
  ],
]);
