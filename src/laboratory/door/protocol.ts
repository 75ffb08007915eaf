import type { WeightsFile } from '../../network/weights.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { DialOrder, DialOutcome } from './dialOrder.ts';
import type { InferenceOrder, InferenceOutcome } from './inferenceOrder.ts';
import type { MasksOrder, MasksOutcome } from './masksOrder.ts';
import type { MeasuresOrder, MeasuresOutcome } from './measuresOrder.ts';
import type { SliceOrder, SliceOutcome } from './sliceOrder.ts';
import type { FeaturesOrder, FeaturesOutcome, ParityOrder, ParityOutcome } from './takeOrder.ts';

/** What a laboratory can find out about a network. Each kind of order has an outcome of the same name. */
export type Order =
  | MeasuresOrder
  | MasksOrder
  | SliceOrder
  | DialOrder
  | InferenceOrder
  | FeaturesOrder
  | ParityOrder;
export type Outcome =
  | MeasuresOutcome
  | MasksOutcome
  | SliceOutcome
  | DialOutcome
  | InferenceOutcome
  | FeaturesOutcome
  | ParityOutcome;

/** Messages from the page to the laboratory's worker. Orders are done one after another. */
export type LaboratoryCommand =
  /** Puts a network on the workbench in place of the one before; `subject` is its name from then on. */
  | {
      readonly kind: 'open';
      readonly subject: string;
      readonly weights: WeightsFile;
      readonly source: DataSource;
    }
  /** Gives an order about the network that was opened last. */
  | { readonly kind: 'order'; readonly id: number; readonly order: Order }
  /** Ends an order that runs or waits. Features that were encoded are kept. */
  | { readonly kind: 'cancel'; readonly id: number };

/** Messages from the laboratory's worker to the page. */
export type LaboratoryEvent =
  | {
      readonly kind: 'progress';
      readonly id: number;
      readonly task: string;
      readonly done: number;
      /** 0 when unknown. */
      readonly total: number;
      readonly unit: string;
      /** The share of the whole order that is done, 0–1. */
      readonly share: number;
      /** Time until the order is done, milliseconds; null while it is unknown. */
      readonly remainingMs: number | null;
    }
  | { readonly kind: 'done'; readonly id: number; readonly outcome: Outcome }
  | { readonly kind: 'cancelled'; readonly id: number }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly message: string;
      /** What the user can do about it. */
      readonly advice: string;
    };
