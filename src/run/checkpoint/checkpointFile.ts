import type { RunConfig } from '../../config.ts';
import type { EngineState } from '../../engine.ts';
import { checkConfig } from '../../fields.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { bufferSpecs, type NamedTensors, parameterSpecs, sizeOf } from '../../network/parameters.ts';
import { sha256 } from '../../platform/digest.ts';
import { configSchema, floorsSchema } from '../files/runSchema.ts';
import { z } from '../zod.ts';
import type { Checkpoint } from './checkpoint.ts';

// A checkpoint as bytes. All numbers are little-endian.
//
//   0  "DGCP"
//   4  u32      version, 1
//   8  u32      H, bytes of the header: a multiple of 4
//  12  u8 [32]  SHA-256 of everything that follows
//  44  H bytes  the header, JSON in UTF-8, filled up with spaces
//      u32      the order of the current epoch's images
//      f32      parameters, running statistics, momenta: as the header lists them
//      u8       the attachment, UTF-8, to the end of the file

const MAGIC = 'DGCP';
const VERSION = 1;
const DIGEST_AT = 12;
const HEADER_AT = 44;
/** Limit for the header, bytes. A real header lists some hundred tensors. */
const MAX_HEADER = 1 << 20;
const MAX_SIDE = 4096;
/** More images than a browser can hold. */
const MAX_ROWS = 1 << 28;

/** A checkpoint, with what tells which run it belongs to. */
export interface CheckpointFile {
  readonly config: RunConfig;
  /** Side of the images, pixels. */
  readonly input: number;
  readonly checkpoint: Checkpoint;
  /** Text that the keeper of the checkpoint stores with it. */
  readonly attachment: string;
}

/** The bytes are not a checkpoint that a run can continue from. The message is for the user who kept them. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const GROUPS = ['parameters', 'buffers', 'momenta'] as const satisfies readonly (keyof EngineState)[];

const count = z.int().check(z.minimum(0));
/** State of a stream's generator. A state of zeros only would give zeros for ever, so it is refused. */
const streamState = z
  .readonly(z.array(z.int().check(z.minimum(-(2 ** 31)), z.maximum(2 ** 32 - 1))).check(z.length(4)))
  .check(z.refine((words) => words.some((word) => word !== 0), 'must not be all zero'));

const headerSchema = z.object({
  config: configSchema,
  input: z.int().check(z.minimum(1), z.maximum(MAX_SIDE)),
  step: count,
  trainingMs: z.number().check(z.minimum(0)),
  budget: z.number().check(z.minimum(0), z.maximum(1)),
  aim: z.object({
    ...{ gap: z.nullable(z.number()), correction: z.number(), noisy: z.nullable(z.number()) },
    // Older checkpoints do not have this value.
    looked: z._default(z.nullable(z.number()), null),
  }),
  floors: z.nullable(floorsSchema),
  // Older checkpoints do not have this value; their floors need no further measuring.
  begunFromWeights: z.exactOptional(z.boolean()),
  images: z.nullable(z.string()),
  streams: z.object({ order: streamState, augment: streamState, gate: streamState }),
  rows: count.check(z.maximum(MAX_ROWS)),
  next: count,
  // Older checkpoints do not have this value: their runs had no parts.
  part: z.exactOptional(count.check(z.minimum(1), z.maximum(MAX_ROWS))),
  tensors: z.array(z.tuple([z.enum(GROUPS), z.string(), count])).check(z.maxLength(10_000)),
});

type Header = z.output<typeof headerSchema>;

/** The file of a checkpoint. Copies every value once. */
export async function checkpointBytes(file: CheckpointFile): Promise<Uint8Array<ArrayBuffer>> {
  const { config, input, checkpoint, attachment } = file;
  const { step, trainingMs, budget, aim, floors, batches, images = null, engine } = checkpoint;
  const { begunFromWeights } = checkpoint;
  const { streams, rows, next, part } = batches;
  const tensors = GROUPS.flatMap((group) =>
    [...engine[group]].map(([name, values]) => ({ group, name, values })),
  );
  const header = padded(
    JSON.stringify({
      ...{ config, input, step, trainingMs, budget, aim, floors, images, streams, rows: rows.length, next },
      ...(begunFromWeights !== undefined && { begunFromWeights }),
      ...(part !== undefined && { part }),
      tensors: tensors.map(({ group, name, values }) => [group, name, values.length]),
    } satisfies Header),
  );
  const text = new TextEncoder().encode(attachment);
  const numbers = tensors.reduce((sum, { values }) => sum + values.length, rows.length);
  const bytes = new Uint8Array(HEADER_AT + header.length + 4 * numbers + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, HEADER_AT);
  let at = HEADER_AT + header.length;
  for (const values of [rows, ...tensors.map((tensor) => tensor.values)]) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  bytes.set(text, at);
  bytes.set(await sha256(bytes.subarray(HEADER_AT)), DIGEST_AT);
  return bytes;
}

/**
 * The checkpoint in a file's bytes. Each of its numbers is exactly the one that was written.
 * @throws CheckpointError when the file is of another kind, damaged, or does not fit the network of its
 * configuration
 */
export async function readCheckpoint(bytes: Uint8Array<ArrayBuffer>): Promise<CheckpointFile> {
  const { header, payloadAt } = await checkedHeader(bytes);
  const { config, input, step, trainingMs, budget, aim, floors, images, streams, next } = header;
  const { begunFromWeights, part } = header;
  const faults = checkConfig(config);
  if (faults.length > 0) throw new CheckpointError(`This checkpoint’s settings cannot run: ${faults[0]}.`);
  if (step > config.steps)
    throw new CheckpointError(`A checkpoint must be of one of its run’s ${config.steps} steps, got ${step}.`);
  checkTensors(header);
  const numbers = header.tensors.reduce((sum, [, , length]) => sum + length, header.rows);
  if (payloadAt + 4 * numbers > bytes.length)
    throw new CheckpointError(
      `A checkpoint with ${numbers} numbers must have ${payloadAt + 4 * numbers} bytes or more, got ${bytes.length}.`,
    );
  let at = payloadAt;
  const words = (length: number) => {
    const start = at;
    at += 4 * length;
    return bytes.slice(start, at).buffer;
  };
  const rows = new Uint32Array(words(header.rows));
  checkRows(rows, header);
  const engine = { parameters: new Map(), buffers: new Map(), momenta: new Map() } satisfies Record<
    keyof EngineState,
    NamedTensors
  >;
  for (const [group, name, length] of header.tensors) {
    const values = new Float32Array(words(length));
    if (!values.every(Number.isFinite))
      throw new CheckpointError(
        `The checkpoint’s ${group} of ${name} must be finite numbers, and are not all.`,
      );
    engine[group].set(name, values);
  }
  return {
    config,
    input,
    checkpoint: {
      ...{ step, trainingMs, budget, aim, floors },
      ...(begunFromWeights !== undefined && { begunFromWeights }),
      ...{ batches: { streams, rows, next, ...(part !== undefined && { part }) }, images, engine },
    },
    attachment: new TextDecoder().decode(bytes.subarray(at)),
  };
}

async function checkedHeader(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ readonly header: Header; readonly payloadAt: number }> {
  const kind = bytes.length < HEADER_AT ? '' : new TextDecoder('latin1').decode(bytes.subarray(0, 4));
  if (kind !== MAGIC)
    throw new CheckpointError(
      `A checkpoint must begin with “${MAGIC}” and have ${HEADER_AT} bytes or more; this file of ${bytes.length} bytes does not.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(4, true);
  if (version !== VERSION)
    throw new CheckpointError(
      `This checkpoint is of version ${version}; this page reads version ${VERSION}. Open it with the page that wrote it.`,
    );
  const length = view.getUint32(8, true);
  const payloadAt = HEADER_AT + length;
  if (length > MAX_HEADER || length % 4 !== 0 || payloadAt > bytes.length)
    throw new CheckpointError(
      `A checkpoint’s header must have a multiple of 4 and at most ${Math.min(MAX_HEADER, bytes.length - HEADER_AT)} bytes, got ${length}.`,
    );
  const expected = await sha256(bytes.subarray(HEADER_AT));
  if (!expected.every((byte, i) => byte === bytes[DIGEST_AT + i]))
    throw new CheckpointError('This checkpoint is damaged: its checksum is not that of its content.');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, payloadAt)));
  } catch {
    throw new CheckpointError('A checkpoint’s header must be JSON, and is not.');
  }
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return { header: parsed.data, payloadAt };
  const { path, message } = parsed.error.issues[0]!;
  throw new CheckpointError(
    `This checkpoint’s header does not fit at ${path.join('.') || 'its top'}: ${message}.`,
  );
}

/**
 * Every tensor of the configuration's network must be there once and have its size. No other tensor may be
 * there.
 */
function checkTensors({ config, input, tensors }: Header): void {
  const network = networkOf(config, input);
  const parameters = parameterSpecs(network);
  const specs = { parameters, buffers: bufferSpecs(network), momenta: parameters };
  const open = new Map<string, number>(
    GROUPS.flatMap((group) => specs[group].map(({ name, shape }) => [`${group} ${name}`, sizeOf(shape)])),
  );
  for (const [group, name, length] of tensors) {
    const key = `${group} ${name}`;
    const size = open.get(key);
    if (size === undefined)
      throw new CheckpointError(
        `The checkpoint holds ${group} of ${name}, but its network has no such tensor, or not twice.`,
      );
    if (size !== length)
      throw new CheckpointError(
        `The checkpoint’s ${group} of ${name} must be ${size} numbers, got ${length}.`,
      );
    open.delete(key);
  }
  const [missing] = open.keys();
  if (missing !== undefined)
    throw new CheckpointError(`The checkpoint lacks ${missing.replace(' ', ' of ')}, which its network has.`);
}

/**
 * Before the first draw there are no rows. Later there is every image once, and the next batch lies in the
 * epoch.
 */
function checkRows(rows: Uint32Array, { next, config }: Header): void {
  const seen = new Uint8Array(rows.length);
  for (const row of rows) {
    if (row >= rows.length || seen[row] === 1)
      throw new CheckpointError(
        `A checkpoint’s order of images must name each of ${rows.length} once; ${row} is not or comes again.`,
      );
    seen[row] = 1;
  }
  const batches = Math.floor(rows.length / config.batch);
  if (next >= Math.max(1, batches))
    throw new CheckpointError(
      `A checkpoint’s next batch must be one of ${batches}, counted from 0, got ${next}.`,
    );
}

/** The text in UTF-8, padded with spaces so that the numbers after it start at a multiple of 4. */
function padded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const filled = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0x20);
  filled.set(bytes);
  return filled;
}
