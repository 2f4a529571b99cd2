/** Turns raw scores of a row into predictions, in place. */
export type LightgbmLink = (scores: Float64Array) => void

/** What `predict` of LightGBM does to raw scores, by the objective line of a model (src/objective/*.hpp, ConvertOutput). */
export function lightgbmLink(objective: string): LightgbmLink {
  const [name = '', ...options] = objective.split(' ')
  const sigmoid = Number(options.find(option => option.startsWith('sigmoid:'))?.slice(8) ?? 1)
  switch (name) {
    case 'binary':
    case 'multiclassova':
      return each(raw => 1 / (1 + Math.exp(-sigmoid * raw)))
    case 'cross_entropy':
      return each(raw => 1 / (1 + Math.exp(-raw)))
    case 'cross_entropy_lambda':
      return each(raw => Math.log1p(Math.exp(raw)))
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return each(Math.exp)
    case 'regression':
      return options.includes('sqrt') ? each(raw => Math.sign(raw) * raw * raw) : () => {}
    case 'multiclass':
      return softmax
    default:
      return () => {}
  }
}

function each(link: (raw: number) => number): LightgbmLink {
  return scores => {
    for (let i = 0; i < scores.length; i++) scores[i] = link(scores[i])
  }
}

function softmax(scores: Float64Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i] - most)
    sum += scores[i]
  }
  for (let i = 0; i < scores.length; i++) scores[i] /= sum
}
