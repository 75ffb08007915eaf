import { CIFAR10_CLASSES, DataError } from '../images/dataset.ts';
import type { RecipeId } from '../images/recipe.ts';

/** A label is one byte. */
export const MAX_CLASSES = 256;

/** The fine classes of CIFAR-100 in label order: `fine_label_names.txt` of its official archive. */
export const CIFAR100_CLASSES: readonly string[] = (
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle ' +
  'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant ' +
  'flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree ' +
  'motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate ' +
  'poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider ' +
  'squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle ' +
  'wardrobe whale willow_tree wolf woman worm'
).split(' ');

/** The classes of STL-10 in label order: `class_names.txt` of its official archive. */
export const STL10_CLASSES: readonly string[] = [
  'airplane',
  'bird',
  'car',
  'cat',
  'deer',
  'dog',
  'horse',
  'monkey',
  'ship',
  'truck',
];

/**
 * The data set whose recipe pictures get. Their side and their number of classes decide.
 * @param native the side of all pictures if all of them were squares of it, pixels; null: they differed
 */
export function recipeOf(native: number | null, classes: number): RecipeId {
  if (native === 32 && classes === 10) return 'cifar10';
  if (native === 32 && classes === 100) return 'cifar100';
  if (native === 96 && (classes === 10 || classes === 0)) return 'stl10';
  return 'imagenet100';
}

/**
 * Names for `count` classes that came without names: the names of the data set that it must be, or numbers.
 */
export function namesFor(count: number, native: number | null): readonly string[] {
  const known = {
    cifar10: CIFAR10_CLASSES,
    cifar100: CIFAR100_CLASSES,
    stl10: STL10_CLASSES,
    imagenet100: [],
  }[recipeOf(native, count)];
  return known.length === count ? known : Array.from({ length: count }, (_, i) => `class ${i}`);
}

/** The lines of a text with one class name each. @throws DataError if there are none, or too many */
export function namesFromText(file: string, text: string): readonly string[] {
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  checkClassCount(file, names.length);
  return names;
}

/** @throws DataError if there are no classes, or more than a byte can tell apart */
export function checkClassCount(name: string, count: number): void {
  if (count >= 1 && count <= MAX_CLASSES) return;
  throw new DataError(
    `${name}: expected 1 to ${MAX_CLASSES} classes, got ${count}. ${count === 0 ? 'Choose another file.' : 'Leave some classes out.'}`,
  );
}
