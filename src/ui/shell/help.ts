/** The help of a panel: one sentence, the equation if there is one, and where the paper or code has it. */
export interface Help {
  readonly says: string;
  readonly equation?: string;
  readonly source: string;
}

export type Topic =
  | 'budget'
  | 'dial'
  | 'method'
  | 'settings'
  | 'data'
  | 'views'
  | 'engine'
  | 'network'
  | 'maps'
  | 'distribution'
  | 'overTime'
  | 'byClass'
  | 'imageGates'
  | 'oneImage'
  | 'loss'
  | 'terms'
  | 'knn'
  | 'macs'
  | 'gradients'
  | 'gradientNorms'
  | 'ranks'
  | 'overlay'
  | 'continue'
  | 'result'
  | 'device'
  | 'longRuns'
  | 'export'
  | 'imported'
  | 'evaluate'
  | 'accuracies'
  | 'matryoshka'
  | 'spread'
  | 'masks'
  | 'inference'
  | 'slice'
  | 'log'
  | 'pareto'
  | 'comparison'
  | 'runs'
  | 'pair'
  | 'sweep'
  | 'questions';

const PAPER = 'Krishna et al., BMVC 2023';

export const HELP: Readonly<Record<Topic, Help>> = {
  budget: {
    says: 'The share of the dense network’s multiply-adds that the gated branch may use, on average over images. It is a soft penalty, so the measured ratio settles near t_d, not on it; it can be moved while a run trains.',
    equation: 'budget loss = λ · (MACs gated / MACs dense − t_d)²',
    source: `${PAPER}, section 3; MACs are the paper’s “FLOPs”.`,
  },
  dial: {
    says: 'One trained network at other budgets, without training it again: ours, not the paper’s. One number δ is added to the logits of all gates; a wanted share of the MACs is found by trying values of δ on training images. A slimmable network changes its width instead. All figures follow; the curves of training stay. A network that was trained for a budget may do better there.',
    equation: 'gate = 1[logit + δ ≥ 0], one δ for all blocks; δ from −64 to 64',
    source:
      'docs/evaluation.md of the project. Widths between those that were trained take their BatchNorm statistics from training images (Yu and Huang, ICCV 2019).',
  },
  method: {
    says: 'Which branch each of the two views of an image goes through. Dual gating trains the dense and the gated network in one set of weights.',
    equation: 'view 1 → gated, view 2 → dense; loss = VICReg(z₁, z₂) + budget + bound',
    source: `${PAPER}, section 3.`,
  },
  settings: {
    says: 'What the next run is made of. A dot marks a value that differs from the preset. Memory is planned from these numbers, before anything is allocated.',
    source: 'Each field says what the paper uses when it is entered.',
  },
  data: {
    says: 'The images that are trained on. Labels only colour the maps and evaluate; training never sees them.',
    source:
      'Binary versions of CIFAR: www.cs.toronto.edu/~kriz/cifar.html; of STL-10: cs.stanford.edu/~acoates/stl10; ImageNet-100: a folder of its class folders. The page only reads what you hand over.',
  },
  views: {
    says: 'An image of the chosen data and the two views that training makes of it, pixel for pixel. The network learns to find them alike, so what differs between them is what it learns to ignore. Smallest crop, colour jitter and grayscale are set with the hyper-parameters; blur comes with the data set.',
    source: `${PAPER}, section 4; the authors’ code has the numbers.`,
  },
  engine: {
    says: 'What does the arithmetic. “Automatic” takes WebGPU on a hardware adapter, the faster of the two on a software one, and WASM where there is none or the self-test fails. A laptop may have two GPUs: “Save power” asks the browser for the one that spares the battery and is slower, for runs and benchmarks from here on. The browser may give the other one, and where there is one GPU nothing changes. WASM computes on several threads where the site isolates its pages: by default half of the logical processors, less one for the page where there are more than four.',
    source:
      'The tab Device gives the choice, its reason and the GPU or the threads. “Save power” and the number of threads are kept in this browser; links and files of runs have nothing of it.',
  },
  network: {
    says: 'Each gated block decides per image which channels between its two convolutions to compute. Over the test images of an evaluation a channel is always on, depends on the image, or is always off: the three counts, in this order, under the share that is open.',
    equation: 'gate = 1[logit + noise ≥ 0] in training, 1[logit ≥ 0] in evaluation',
    source: `${PAPER}, section 3 and figure 1.`,
  },
  maps: {
    says: 'Test images placed so that images with similar features are neighbours: once by the dense branch, once by another. Each map grows out of the one before, turned to match it and its twin. Distances between far groups mean little.',
    source:
      'UMAP: McInnes, Healy, Melville 2018; the paper’s figures use 50 neighbours and seed 42. PCA until the first UMAP is there.',
  },
  distribution: {
    says: 'Of each gated block, the share of channels that every test image of the evaluation opens, that some open and some do not, and that none opens. Data-dependent channels are what gating buys beyond pruning.',
    source: `${PAPER}, figure 1.`,
  },
  overTime: {
    says: 'One column per evaluation, one row per block: the mean share of open channels, or the share of channels that depend on the image.',
    source: 'Over the test images of each evaluation, with hard gates.',
  },
  byClass: {
    says: 'How often the images of a class open the channels of each block, or each channel of one block. Training never sees the classes; what differs between rows, the gates found by themselves.',
    source: 'Over the test images that the maps show, with hard gates.',
  },
  imageGates: {
    says: 'Which channels the gated branch computes for the image that is pointed at or kept, and, in the narrow rows, which share of all map images opens each of them.',
    equation: 'gate = 1[logit ≥ 0]',
    source: `${PAPER}, section 3.`,
  },
  oneImage: {
    says: 'A test image of the maps: its cost, its open gates, two views as training draws them, and the nearest other map images by the features of both branches, with ✓ for its own class and ✗ for another. Click a picture to keep it; Shift and a click compare a second one with it. It stays marked on all tabs; Escape lets go of it.',
    equation: 'near = cosine of the features, as in 20-NN',
    source: 'docs/evaluation.md of the project, §5.',
  },
  loss: {
    says: 'What a step minimises. A value that is not finite ends the run, with the term named.',
    equation: '25 · invariance + 25 · variance + 1 · covariance + budget + bound (the presets’ weights)',
    source: `Bardes et al., ICLR 2022, section 4; ${PAPER}, section 3.`,
  },
  terms: {
    says: 'The five terms of the loss. VICReg’s three are shown before weighting, budget and bound as they are added. Variance and covariance are sums over the two embeddings, each of which is drawn, too. The invariance is the distance between the two and has no parts.',
    equation: 'variance = Σ mean relu(1 − √(Var z + 10⁻⁴)) over both views',
    source: 'Bardes et al., ICLR 2022, section 4.1.',
  },
  knn: {
    says: 'How many test images get the class of their 20 nearest training images. A branch has learned something when it is above all floors: pixels as they are and prepared without labels, and the untrained network. The best of them is the line to beat.',
    equation: 'vote of a neighbour = exp(cosine / 0.07)',
    source:
      'Wu et al., CVPR 2018; features of the encoder. The last evaluation learns from the whole training set; earlier ones from the sample that they name.',
  },
  macs: {
    says: 'Multiply-adds of the gated branch relative to the dense one. Training samples noisy gates, evaluation thresholds them, so the two ratios differ. These are theoretical savings: the engines here multiply by zero rather than skip.',
    equation: 'ratio = (stem + Σ open · conv + shortcut + gate) / dense',
    source: `${PAPER}, section 3.`,
  },
  continue: {
    says: 'A run file may carry all that training needs: weights, momenta, running statistics, and how far each random stream was drawn. The images are not in it.',
    source: 'Formats: docs/formats.md of the project.',
  },
  overlay: {
    says: 'Other runs laid over the curves of this one, step by step: those of the list of runs, or of run files. Losses are smoothed as this run’s; what they were trained to meet is in the table views.',
    source: 'Runs of different batch sizes or data see different numbers of images in a step.',
  },
  gradients: {
    says: 'Mean norm of the gradient over the layers: of the whole network (r_full) and of the part outside the narrowest width (r_rest), over that of the narrowest width. Below 1 the narrowest width takes more than all the rest. Negative cosines mean that widths pull their shared weights apart.',
    equation: 'r_full = G(1) / G(w), r_rest = √(G(1)² − G(w)²) / G(w)',
    source: 'Zhao et al., IJCV 2024, section 3.1; the cosine is ours.',
  },
  gradientNorms: {
    says: 'Length of the gradient of the whole loss, over all weights of the encoder without its gates, of the projector, and of the gates: before weight decay, LARS and momentum. Both branches’ gradients flow into the same encoder. A norm of 0 says that nothing reaches a part any more, a sudden jump that the run may be about to diverge.',
    equation: '‖g‖ = √Σ (∂loss/∂w)²',
    source: 'The step itself: LARS divides by these norms tensor by tensor (method, section 5).',
  },
  ranks: {
    says: 'How many directions the features of the encoder use, on the first 512 images of each evaluation, in evaluation mode, without labels. RankMe goes from 1 to the number of features; where it falls towards 1, every image gives the same feature. The effective rank leaves out the features’ mean, and goes down to 0 then. α-ReQ is the exponent by which the eigenvalues of the covariance fall: 0 where all directions are used alike, noise too, good near 1 by its paper, far above 1 where few directions hold nearly all. A high rank is no accuracy. Compare a run with itself, and runs of one width on as many images.',
    equation: 'RankMe = exp(−Σ pᵢ log pᵢ), pᵢ = σᵢ / Σ σ + 10⁻⁷; α-ReQ: λᵢ ∝ i^−α',
    source:
      'RankMe: Garrido et al., ICML 2023. Effective rank: Roy and Vetterli, EUSIPCO 2007. α-ReQ: Agrawal et al., NeurIPS 2022.',
  },
  result: {
    says: 'The evaluation at the end of the run: on the whole test set, unless it was ended early and says on how many images.',
    source: `${PAPER}, table 1 reports these for ResNet-18 at width 64 after 500 epochs.`,
  },
  device: {
    says: 'What computes here. The self-test runs one small step and compares its loss and gradients with stored numbers; the benchmark times steps on this browser’s GPU. While a run trains here, what its engine holds in memory is looked at every two seconds.',
    source: 'Measured on this machine; each number of the memory says how it came about.',
  },
  longRuns: {
    says: 'A hidden tab trains on, but a computer that sleeps does not. While a run trains and the page is seen, the screen can stay on. The title of the page tells how far the run is, and that it is done. At the gentle speed a run takes twice as long and learns exactly the same.',
    source: 'The choices are kept in this browser, for all runs.',
  },
  export: {
    says: 'Weights are named and laid out as in the authors’ PyTorch code, with 16 images and their features to check a loader by. A run file holds configuration, curves, maps and weights; it can be dropped on this page again.',
    source:
      'Weights as JSON (tensors are base64 of little-endian float32) or safetensors; features as NumPy’s .npz.',
  },
  imported: {
    says: 'Weights of a file, checked whole before anything works with them: every tensor of the architecture with its shape, all values finite. A laboratory then computes the features of the images in the file and holds them against those that stand there.',
    source: 'JSON or safetensors that “Export” wrote.',
  },
  evaluate: {
    says: 'Measures the run’s weights as the papers do, on features that are computed once, in evaluation mode and without augmentation. It has a worker of its own: training goes on meanwhile, if the processor has room.',
    source:
      'k-NN: Wu et al., CVPR 2018. Linear evaluation: Chen et al., ICML 2020; on cached features it costs a fraction of a point.',
  },
  accuracies: {
    says: 'Share of test images that get their class. ± is one standard error, from the number of test images alone; another seed moves a short run by more. Two branches are compared on the same images: only those that one alone gets right count.',
    equation: 'standard error = √(p (1 − p) / n)',
    source: 'McNemar 1947; exact for fewer than 50 such images, else χ² with Edwards’ correction.',
  },
  matryoshka: {
    says: 'Ridge-probe accuracy when only the first dimensions of a feature are read. Nothing here was trained to be read so, but for a slimmable network, whose narrow widths are prefixes.',
    source: 'Kusupati et al., NeurIPS 2022.',
  },
  spread: {
    says: 'How many directions the features of the training images use, and how much each dimension varies. The alarm is raised when features of different images differ by less than 1 % of their length, when a linear probe lacks directions for the classes, or when over half of the dimensions are dead.',
    equation: 'effective rank = exp(−Σ p ln p), p the shares of the singular values',
    source: 'Roy and Vetterli, EUSIPCO 2007.',
  },
  masks: {
    says: 'The same weights with other masks that open as many channels per block as the gates do. What the real gates are better by is what deciding image by image buys; where a fixed set does as well, the gates could have been pruning.',
    source: 'Frozen, shuffled, random, prefix: ours. L1 pruning: Li et al., ICLR 2017.',
  },
  inference: {
    says: 'Time of a forward pass, its features read back. MACs promise more than a device gives: pooling, sums and the gates cost time but hardly any MACs, and vectors of channels are computed whole.',
    equation: 'promised speed-up = MACs dense / MACs of the form',
    source: 'Measured on this device; MACs as in the paper.',
  },
  slice: {
    says: 'Closed channels leave conv1, its BatchNorm, conv2 and the gate for good: a really smaller network with the masked network’s features.',
    source: 'A closed channel is 0 after its ReLU, so conv2 adds nothing for it.',
  },
  log: {
    says: 'What happened in this run, by step.',
    source: 'Kept on this page only.',
  },
  pareto: {
    says: 'What each branch of each run reaches, against the MACs that it spends: asked for t_d, gates settle elsewhere, so only the achieved MACs are a fair axis. Up and to the left is better. Dots and bands are seeds, from the least to the best. A line with dots is one network, turned by its dial; an upright line with dashes is what the Mask lab found. By keyboard, arrow keys go from mark to mark.',
    equation: 'standard error = √(p (1 − p) / test images)',
    source: `${PAPER}, table 1; MACs are theoretical.`,
  },
  comparison: {
    says: 'Runs of equal data, steps and shared settings, laid out as in the paper. Differences are taken seed by seed, to VICReg dense (Baseline-1) and to VICReg gated at the same t_d (Baseline-2), in points. A few seeds of short runs tell large differences only.',
    source: `${PAPER}, table 1, whose ± is over five runs, most likely of the probe alone.`,
  },
  runs: {
    says: 'Every run that was started here, kept with its curves and, until it ends, with the checkpoints that it can go on from; results that were opened from a file; and those recorded with the project. A run that is resumed is the run that it would have been.',
    source:
      'A checkpoint at every epoch, read back and checked; the newest three stay, and those that you asked for. Each can begin another run, from its run’s menu. Kept in this browser’s storage; nothing leaves it.',
  },
  pair: {
    says: 'Whether 20-NN of two branches differs by more than chance, on the same test images: only the images that one alone gets right can tell. It says nothing about other seeds.',
    equation: 'χ² = (|b − c| − 1)² / (b + c), or the binomial sum where b + c is small',
    source: 'McNemar 1947; Edwards 1948.',
  },
  questions: {
    says: 'The difference of two kinds of runs in 20-NN accuracy, seed by seed, with half its 95 % interval: the larger of two standard errors by the test images and Student’s interval over the seeds. A difference inside of it cannot be told from none yet. Short runs answer for short runs only.',
    source: 'The runs are a sweep like any other: they stay in the table and the figure.',
  },
  sweep: {
    says: 'Trains every chosen system with every budget and seed, one after another, from the settings on the left. What is equal is trained once, and what is there already is not trained again; a reload loses the run under way only.',
    source: 'The same runs as by hand; “npm run sweep” does them without a page.',
  },
};
