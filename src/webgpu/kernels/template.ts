// WGSL has no generic sizes and no loops that are unrolled for certain, and a register tile needs both. A
// template is WGSL with three additions, all of them comments or placeholders. It still reads as WGSL:
//   #{expression}              its value: whole numbers, names of constants and loop variables, + - * / % < > == ( )
//   //for i in 0 .. expression the lines up to the matching //end once per value of i, the end left out
//   //if expression            the lines up to the matching //end unless the value is 0

type Values = Readonly<Record<string, number>>;

/**
 * Fills in every constant of a template and returns its WGSL. Two templates of one source are the same shader
 * exactly when their text is the same.
 * @throws Error on an unknown name, a malformed expression or an unmatched //for, //if or //end
 */
export function fillIn(source: string, constants: Values): string {
  const lines = source.split('\n');
  const { text, next } = block(lines, 0, constants, true);
  if (next < lines.length) throw new Error(`template: line ${next + 1}: //end without a beginning`);
  return text.join('\n');
}

/**
 * Fills in the lines from `from` up to the matching //end, or the end of the source. `next` is the line
 * there.
 */
function block(
  lines: readonly string[],
  from: number,
  values: Values,
  live: boolean,
): { text: string[]; next: number } {
  const text: string[] = [];
  let at = from;
  while (at < lines.length) {
    const line = lines[at]!;
    const loop = /^\s*\/\/for (\w+) in (.+?) \.\. (.+)$/.exec(line);
    const condition = /^\s*\/\/if (.+)$/.exec(line);
    if (/^\s*\/\/end\b/.test(line)) return { text, next: at };
    if (loop !== null) {
      const [, name = '', first = '', end = ''] = loop;
      const range = live ? [evaluate(first, values), evaluate(end, values)] : [0, 0];
      // A first pass without output finds the end of the loop, because a loop may run no time at all.
      const { next } = block(lines, at + 1, { ...values, [name]: 0 }, false);
      for (let i = range[0]!; i < range[1]!; i++) {
        for (const filled of block(lines, at + 1, { ...values, [name]: i }, true).text) text.push(filled);
      }
      at = closed(lines, next, at);
    } else if (condition !== null) {
      const taken = live && evaluate(condition[1]!, values) !== 0;
      const inner = block(lines, at + 1, values, taken);
      if (taken) for (const filled of inner.text) text.push(filled);
      at = closed(lines, inner.next, at);
    } else {
      if (live)
        text.push(line.replaceAll(/#\{([^}]*)\}/g, (_, found: string) => `${evaluate(found, values)}`));
      at++;
    }
  }
  return { text, next: at };
}

function closed(lines: readonly string[], end: number, opened: number): number {
  if (end >= lines.length) throw new Error(`template: line ${opened + 1}: //end is missing`);
  return end + 1;
}

const OPERATORS: Readonly<Record<string, { readonly rank: number; apply(a: number, b: number): number }>> = {
  '<': { rank: 1, apply: (a, b) => Number(a < b) },
  '>': { rank: 1, apply: (a, b) => Number(a > b) },
  '==': { rank: 1, apply: (a, b) => Number(a === b) },
  '+': { rank: 2, apply: (a, b) => a + b },
  '-': { rank: 2, apply: (a, b) => a - b },
  '*': { rank: 3, apply: (a, b) => a * b },
  '/': { rank: 3, apply: (a, b) => Math.trunc(a / b) },
  '%': { rank: 3, apply: (a, b) => a % b },
};

/** Value of an expression over whole numbers, by precedence climbing. */
function evaluate(expression: string, values: Values): number {
  const tokens = expression.match(/\d+|\w+|==|[-+*/%<>()]|\S/g) ?? [];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`template: ${what} in "${expression}"`);
  };
  const operand = (): number => {
    const token = tokens[at++];
    if (token === undefined) return fail('something is missing');
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') {
      const value = climb(1);
      if (tokens[at++] !== ')') fail('a bracket is open');
      return value;
    }
    return values[token] ?? fail(`"${token}" is unknown`);
  };
  const climb = (rank: number): number => {
    let value = operand();
    for (;;) {
      const operator = OPERATORS[tokens[at] ?? ''];
      if (operator === undefined || operator.rank < rank) return value;
      at++;
      value = operator.apply(value, climb(operator.rank + 1));
    }
  };
  const value = climb(1);
  if (at < tokens.length) fail(`"${tokens[at]}" is not expected`);
  return value;
}
