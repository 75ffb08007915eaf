import { expect, it } from 'vitest';
import { isPicturePath, PICTURE_ENDINGS } from './pictureNames.ts';

it('pictures are told by their endings, whatever their letters', () => {
  for (const ending of PICTURE_ENDINGS) {
    expect(isPicturePath(`a.b/c.${ending}`)).toBe(true);
    expect(isPicturePath(`C.${ending.toUpperCase()}`)).toBe(true);
  }
  for (const path of ['png', 'a.png/b', 'a.png.txt', 'a.', 'a.heic', 'a.xpng']) {
    expect(isPicturePath(path)).toBe(false);
  }
});
