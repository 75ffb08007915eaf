/** How the folders of a published data set are read. */
export interface KnownLayout {
  /** Where it is published, and its name there. */
  readonly set: string;
  /** Its folders with two pictures each, or single pictures. */
  readonly paths: readonly string[];
  /** Folders to train on and to test on, with classes; or why it is not read. */
  readonly read:
    | { readonly train: number; readonly test: number; readonly classes: readonly string[] }
    | 'question'
    | 'masks';
}

const each = (outer: readonly string[], inner: readonly string[]) =>
  outer.flatMap((folder) => inner.map((name) => `${folder}/${name}/`));
const read = (train: number, test: number, ...classes: string[]) => ({ train, test, classes });

const CATS = ['cats', 'dogs'];
const LUNGS = ['NORMAL', 'PNEUMONIA'];
const SCENES = ['buildings', 'forest', 'sea'];
const FACES = ['angry', 'happy'];
const FRUITS = ['Apple Braeburn', 'Banana'];
const LEAVES = ['Apple___healthy', 'Apple___scab'];
const FLOWERS = ['daisy', 'rose', 'tulip'];

/**
 * Two pictures in each folder, named as the sets' publishers name them. Only some of the classes are here.
 */
export const LAYOUTS: readonly KnownLayout[] = [
  {
    set: 'Kaggle: Chest X-Ray Images (Pneumonia), with its stray copies',
    paths: [
      ...each(['chest_xray/train', 'chest_xray/val', 'chest_xray/test'], LUNGS),
      ...each(
        ['chest_xray/chest_xray/train', 'chest_xray/chest_xray/val', 'chest_xray/chest_xray/test'],
        LUNGS,
      ),
    ],
    read: read(4, 4, ...LUNGS),
  },
  {
    set: 'Kaggle: Cat and Dog',
    paths: [...each(['training_set/training_set', 'test_set/test_set'], CATS)],
    read: read(4, 4, ...CATS),
  },
  {
    set: 'Kaggle: Intel Image Classification',
    paths: [...each(['seg_train/seg_train', 'seg_test/seg_test'], SCENES), 'seg_pred/seg_pred/'],
    read: read(6, 6, ...SCENES),
  },
  {
    set: 'Kaggle: Brain Tumor MRI Dataset',
    paths: each(['Training', 'Testing'], ['glioma', 'notumor']),
    read: read(4, 4, 'glioma', 'notumor'),
  },
  { set: 'Kaggle: FER-2013', paths: each(['train', 'test'], FACES), read: read(4, 4, ...FACES) },
  {
    set: 'Kaggle: Face expression recognition dataset',
    paths: each(
      ['images/images/train', 'images/images/validation', 'images/train', 'images/validation'],
      FACES,
    ),
    read: read(4, 4, ...FACES),
  },
  {
    set: 'Kaggle: Fruits 360',
    paths: [...each(['fruits-360/Training', 'fruits-360/Test'], FRUITS), 'fruits-360/test-multiple_fruits/'],
    read: read(4, 4, ...FRUITS),
  },
  {
    set: 'Kaggle: New Plant Diseases Dataset, with its stray copies',
    paths: [
      ...each(['New (Augmented)/New (Augmented)/train', 'New (Augmented)/New (Augmented)/valid'], LEAVES),
      ...each(['new (augmented)/new (augmented)/train', 'new (augmented)/new (augmented)/valid'], LEAVES),
      'test/test/',
    ],
    read: read(4, 4, ...LEAVES),
  },
  {
    set: 'Kaggle: PlantVillage Dataset',
    paths: each(['plantvillage dataset/color', 'plantvillage dataset/grayscale'], LEAVES),
    read: 'question',
  },
  {
    set: 'Kaggle: ASL Alphabet',
    paths: [
      ...each(['asl_alphabet_train/asl_alphabet_train'], ['A', 'B']),
      'asl_alphabet_test/asl_alphabet_test/',
    ],
    read: read(4, 2, 'A', 'B'),
  },
  {
    set: 'Kaggle: Flowers Recognition, with its stray copy',
    paths: each(['flowers', 'flowers/flowers'], FLOWERS),
    read: read(6, 0, ...FLOWERS),
  },
  {
    set: 'Kaggle: Animals-10',
    paths: each(['raw-img'], ['cane', 'gatto']),
    read: read(4, 0, 'cane', 'gatto'),
  },
  {
    set: 'Kaggle: Garbage Classification',
    paths: each(['Garbage classification/Garbage classification'], ['glass', 'paper']),
    read: read(4, 0, 'glass', 'paper'),
  },
  {
    set: 'Kaggle: Dogs vs. Cats (unpacked)',
    paths: ['train/', 'test1/'],
    read: read(2, 2),
  },
  {
    set: 'Kaggle: Carvana Image Masking Challenge',
    paths: ['train/', 'train_masks/', 'test/'],
    read: 'masks',
  },
  {
    set: 'Kaggle: COVID-19 Radiography Database',
    paths: each(['COVID', 'Normal'], ['images', 'masks']),
    read: 'masks',
  },
  {
    set: 'Kaggle: Face Mask Detection (12K images)',
    paths: each(
      ['Face Mask Dataset/Train', 'Face Mask Dataset/Test', 'Face Mask Dataset/Validation'],
      ['WithMask', 'WithoutMask'],
    ),
    read: read(4, 4, 'WithMask', 'WithoutMask'),
  },
  {
    set: 'Kaggle: 140k Real and Fake Faces',
    paths: each(
      [
        'real_vs_fake/real-vs-fake/train',
        'real_vs_fake/real-vs-fake/valid',
        'real_vs_fake/real-vs-fake/test',
      ],
      ['fake', 'real'],
    ),
    read: read(4, 4, 'fake', 'real'),
  },
  {
    set: 'Kaggle: Blood Cell Images',
    paths: [
      ...each(
        ['dataset2-master/dataset2-master/images/TRAIN', 'dataset2-master/dataset2-master/images/TEST'],
        ['EOSINOPHIL', 'MONOCYTE'],
      ),
      'dataset2-master/dataset2-master/images/TEST_SIMPLE/EOSINOPHIL/',
    ],
    read: 'question',
  },
  {
    set: 'Kaggle: Skin Cancer: Malignant vs. Benign',
    paths: [
      ...each(['train', 'test'], ['benign', 'malignant']),
      ...each(['data/train', 'data/test'], ['benign', 'malignant']),
    ],
    read: read(4, 4, 'benign', 'malignant'),
  },
  {
    set: 'Kaggle: BIRDS, with its own predictions',
    paths: [...each(['train', 'valid', 'test'], ['ABBOTTS BABBLER', 'CROW']), 'images to predict/'],
    read: read(4, 4, 'ABBOTTS BABBLER', 'CROW'),
  },
  {
    set: 'Kaggle: Rock-Paper-Scissors (Laurence Moroney)',
    paths: [...each(['rps/rps', 'rps-test-set/rps-test-set'], ['paper', 'rock'])],
    read: 'question',
  },
  {
    set: 'Kaggle: Horses or Humans',
    paths: each(['horse-or-human/train', 'horse-or-human/validation'], ['horses', 'humans']),
    read: read(4, 4, 'horses', 'humans'),
  },
  {
    set: 'Kaggle: Tiny ImageNet (after its lists were applied)',
    paths: [
      ...['n01', 'n02'].map((name) => `tiny-imagenet-200/train/${name}/images/`),
      ...each(['tiny-imagenet-200/val'], ['n01', 'n02']),
      'tiny-imagenet-200/test/images/',
    ],
    read: read(4, 4, 'n01', 'n02'),
  },
  {
    set: 'Kaggle: ImageNet 100',
    paths: ['train.X1/n01/', 'train.X2/n02/', 'train.X3/n03/', ...each(['val.X'], ['n01', 'n02', 'n03'])],
    read: read(6, 6, 'n01', 'n02', 'n03'),
  },
  {
    set: 'Kaggle: horse2zebra (CycleGAN)',
    paths: ['horse2zebra/trainA/', 'horse2zebra/trainB/', 'horse2zebra/testA/', 'horse2zebra/testB/'],
    read: read(4, 4, 'a', 'b'),
  },
  {
    set: 'MVTec AD, one of its objects',
    paths: [
      'bottle/train/good/',
      ...each(['bottle/test'], ['broken', 'good']),
      'bottle/ground_truth/broken/',
    ],
    read: 'masks',
  },
  {
    set: 'Oxford-IIIT Pet',
    paths: ['images/', 'annotations/trimaps/'],
    read: 'masks',
  },
  {
    set: 'fast.ai: Imagenette',
    paths: each(['imagenette2-160/train', 'imagenette2-160/val'], ['n01440764', 'n02102040']),
    read: read(4, 4, 'n01440764', 'n02102040'),
  },
  {
    set: 'fast.ai: CIFAR-10 as pictures',
    paths: each(['cifar10/train', 'cifar10/test'], ['airplane', 'truck']),
    read: read(4, 4, 'airplane', 'truck'),
  },
  {
    set: 'fast.ai: MNIST as pictures',
    paths: each(['mnist_png/training', 'mnist_png/testing'], ['0', '1']),
    read: read(4, 4, '0', '1'),
  },
  {
    set: 'PyTorch tutorial: hymenoptera_data',
    paths: each(['hymenoptera_data/train', 'hymenoptera_data/val'], ['ants', 'bees']),
    read: read(4, 4, 'ants', 'bees'),
  },
  {
    set: 'TensorFlow tutorial: cats_and_dogs_filtered',
    paths: each(['cats_and_dogs_filtered/train', 'cats_and_dogs_filtered/validation'], CATS),
    read: read(4, 4, ...CATS),
  },
  {
    set: 'TensorFlow tutorial: flower_photos',
    paths: each(['flower_photos'], FLOWERS),
    read: read(6, 0, ...FLOWERS),
  },
  {
    set: 'Hugging Face: an imagefolder with train, validation and an unlabelled test',
    paths: [...each(['data/train', 'data/validation'], CATS), 'data/test/'],
    read: read(4, 4, ...CATS),
  },
  {
    set: 'Caltech 101',
    paths: each(['101_ObjectCategories'], ['BACKGROUND_Google', 'accordion']),
    read: read(4, 0, 'BACKGROUND_Google', 'accordion'),
  },
  {
    set: 'Office-31',
    paths: each(['amazon/images', 'dslr/images'], ['back_pack', 'bike']),
    read: 'question',
  },
  {
    set: 'EuroSAT',
    paths: each(['EuroSAT/2750'], ['AnnualCrop', 'Forest']),
    read: read(4, 0, 'AnnualCrop', 'Forest'),
  },
  {
    set: 'Roboflow: an export for detection',
    paths: ['train/images/', 'valid/images/', 'test/images/'],
    read: read(2, 2),
  },
  {
    set: 'Kaggle: Skin Cancer MNIST (HAM10000)',
    paths: ['HAM10000_images_part_1/', 'HAM10000_images_part_2/'],
    read: 'question',
  },
  {
    set: 'Kaggle: NIH Chest X-rays',
    paths: ['images_001/images/', 'images_002/images/', 'images_003/images/'],
    read: 'question',
  },
  {
    set: 'Kaggle: Lung and Colon Cancer Histopathological Images (LC25000)',
    paths: [
      ...each(['lung_colon_image_set/colon_image_sets'], ['colon_aca', 'colon_n']),
      ...each(['lung_colon_image_set/lung_image_sets'], ['lung_aca', 'lung_n', 'lung_scc']),
    ],
    read: 'question',
  },
  {
    set: 'Kaggle: State Farm Distracted Driver Detection',
    paths: each(['imgs/train'], ['c0', 'c1', 'c2']),
    read: read(6, 0, 'c0', 'c1', 'c2'),
  },
  {
    set: 'Kaggle: Intel & MobileODT Cervical Cancer Screening',
    paths: each(['train/train'], ['Type_1', 'Type_2', 'Type_3']),
    read: read(6, 0, 'Type_1', 'Type_2', 'Type_3'),
  },
  {
    set: 'PACS, of which one domain lacks a class',
    paths: [...each(['art_painting', 'cartoon'], ['dog', 'horse']), 'sketch/dog/'],
    read: 'question',
  },
  {
    set: 'Pascal VOC 2012',
    paths: ['VOC2012/JPEGImages/', 'VOC2012/SegmentationClass/', 'VOC2012/SegmentationObject/'],
    read: 'masks',
  },
  {
    set: 'Kaggle: Breast Ultrasound Images (BUSI)',
    paths: ['benign/benign (1).png', 'benign/benign (1)_mask.png', 'normal/normal (1).png'],
    read: 'question',
  },
  {
    set: 'Kaggle: CVC-ClinicDB',
    paths: ['CVC-ClinicDB/Original/', 'CVC-ClinicDB/Ground Truth/'],
    read: 'masks',
  },
  {
    set: 'Kaggle: Food-11',
    paths: each(['training', 'validation', 'evaluation'], ['Bread', 'Dairy product']),
    read: read(4, 4, 'Bread', 'Dairy product'),
  },
  {
    set: 'KITTI semantics',
    paths: ['training/image_2/', 'training/instance/', 'training/semantic/', 'training/semantic_rgb/'],
    read: 'masks',
  },
  {
    set: 'COCO 2017',
    paths: ['train2017/', 'val2017/', 'test2017/'],
    read: read(2, 2),
  },
];

/** The paths of the pictures in a layout's folders. */
export function picturePaths({ paths }: KnownLayout): string[] {
  return paths.flatMap((path) => (path.endsWith('/') ? ['1.png', '2.png'] : ['']).map((name) => path + name));
}
