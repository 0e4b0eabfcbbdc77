/** How wide a text will be, px: drawings are laid out by it, whoever measures. */
export type Measure = (text: string, font: 'name' | 'label') => number;
