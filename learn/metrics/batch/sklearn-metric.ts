/** The page about a function of `sklearn.metrics`. */
export const sklearnMetric = (name: string): string =>
  `https://scikit-learn.org/stable/modules/generated/sklearn.metrics.${name}.html`
