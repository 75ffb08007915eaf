import { expect, it } from 'vitest';
import { PICTURE_ENDINGS } from '../../data/pictures/pictureNames.ts';
import { ACCEPTED_FILES } from './acceptedFiles.ts';

it('the choice of files offers pictures of all endings that are read', () => {
  expect(ACCEPTED_FILES.split(',')).toEqual(
    expect.arrayContaining(PICTURE_ENDINGS.map((ending) => `.${ending}`)),
  );
});
