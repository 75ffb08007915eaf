// Which of a system's terms count for a pair of passes. Goes before the kernels that read it.
struct Pair {
  @align(16) own: u32, // its own term
  distillation: u32, // the term that draws it to the pair that teaches; NONE: none
  teacher: u32, // that pair
}
const NONE = 0xffffffffu;
