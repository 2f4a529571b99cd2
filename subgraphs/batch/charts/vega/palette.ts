/** Mid tones: at least 3 : 1 against both a white and a nearly black surface. */
export const palette = {
  main: '#4c78d0',
  other: '#d4652f',
  third: '#2f9573',
  quiet: '#8a93a3',
  /** Classes and clusters in the order of their ids; more of them begin again. */
  classes: [
    '#4c78d0',
    '#d4652f',
    '#2f9573',
    '#b0559f',
    '#b8860b',
    '#3d97b5',
    '#8e6bd1',
    '#9c7a55',
    '#c24b6a',
    '#6f8f2f',
  ],
  /** One way, from little to much. */
  sequential: 'viridis',
  /** Both ways from a middle. */
  diverging: 'redblue',
} as const
