import { NagaError, parseWgsl, validate, writeHlsl, writeMsl, writeSpirv } from 'naga-wasm';

// Chromium compiles WGSL by Tint, Firefox by naga. They read the same language, but each has faults of its
// own. Kernels run under test on Tint; here naga reads them too.

/**
 * What naga, Firefox's compiler, has against a shader: its report; null if it takes the shader and can write
 * it for Direct3D, Metal and Vulkan.
 */
export function nagaRefusal(code: string): string | null {
  try {
    const module = parseWgsl(code);
    const info = validate(module);
    for (const write of [writeHlsl, writeMsl, writeSpirv]) write(module, info);
    info.free();
    module.free();
    return null;
  } catch (fault) {
    if (!(fault instanceof NagaError)) throw fault;
    return fault.formatted;
  }
}
