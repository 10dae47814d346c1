import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { renderOnPage } from '../../test/render-on-page.ts';
import Histogram from './Histogram.svelte';

const values = [8, 9.2, 9.6, 10, 10.1, 10.3, 10.4, 10.6, 11, 12.5, null];
const spec = { title: 'Thickness', unit: 'nm', values, lsl: 9, usl: 12, target: 10 };

test('keys move from bin to bin, and what is reached is read out', async () => {
  renderOnPage(Histogram, spec);
  const slider = screen.getByRole('slider', { name: /Thickness \(nm\), histogram/ });
  await fireEvent.keyDown(slider, { key: 'ArrowRight' });
  expect(slider.getAttribute('aria-valuetext')).toBe('8 to 9 nm, 1 of 10, 1 outside the limits');
  await fireEvent.keyDown(slider, { key: 'End' });
  expect(slider.getAttribute('aria-valuenow')).toBe(slider.getAttribute('aria-valuemax'));
  await fireEvent.keyDown(slider, { key: 'ArrowRight' });
  expect(slider.getAttribute('aria-valuenow')).toBe(slider.getAttribute('aria-valuemax'));
  await fireEvent.blur(slider);
  expect(screen.getByText('10 measurements in bins of 1 nm')).toBeDefined();
});

test('the same is there as a table', async () => {
  renderOnPage(Histogram, spec);
  await fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
  const rows = screen.getAllByRole('row').map((row) => [...row.children].map(({ textContent }) => textContent));
  expect(rows[0]).toEqual(['From', 'To', 'Count', 'Share', 'Outside the limits']);
  expect(rows[1]).toEqual(['8 nm', '9 nm', '1', '10 %', '1']);
  expect(rows).toHaveLength(6);
});

test('limits and target stand at their lines with their names', () => {
  const { container } = renderOnPage(Histogram, spec);
  const names = [...container.querySelectorAll('text')].map(({ textContent }) => textContent);
  expect(names).toEqual(expect.arrayContaining(['LSL 9 nm', 'Target 10 nm', 'USL 12 nm']));
});

test('nothing measured is said', () => {
  renderOnPage(Histogram, { ...spec, values: [null] });
  expect(screen.getByText('No measurements yet')).toBeDefined();
  expect(screen.queryByRole('slider')).toBeNull();
});
