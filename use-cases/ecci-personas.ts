import { ecciLists } from './ecci-domain.ts'

/** Kinds of page events in the order of `Persona.mix`. */
export const mixTypes = ['page_view', 'search', 'add_to_cart', 'leave_review'] as const

/** A hidden kind of session. Log-normal laws are given by median and σ. */
export interface Persona {
  readonly name: string
  /** Share of sessions. */
  readonly share: number
  /** Mean events of a session; their number is geometric, at least 1. */
  readonly meanEvents: number
  /** Probabilities of `mixTypes` where nothing else decides. */
  readonly mix: readonly [number, number, number, number]
  /** Probability that the event after an add_to_cart is the purchase. */
  readonly purchaseAfterCart: number
  /** Probability of each category, in the order of the list; null: the customer has two favourites. */
  readonly categories: readonly number[] | null
  readonly price: { readonly median: number; readonly sigma: number }
  /** Seconds on a page, and so between events. */
  readonly dwell: { readonly median: number; readonly sigma: number }
  /** Probabilities of Mobile, Desktop, Tablet. */
  readonly devices: readonly [number, number, number]
}

/** Share of each of a loyal buyer's two favourite categories. */
export const favouriteShare = 0.35

/** Five personas: the ground truth that clusterings are measured against. */
export const personas: readonly Persona[] = [
  {
    name: 'window shopper',
    share: 0.3,
    meanEvents: 5,
    mix: [0.75, 0.15, 0.08, 0.02],
    purchaseAfterCart: 0.1,
    categories: categoryShares({}),
    price: { median: 60, sigma: 1 },
    dwell: { median: 25, sigma: 0.8 },
    devices: [0.7, 0.2, 0.1],
  },
  {
    name: 'bargain hunter',
    share: 0.25,
    meanEvents: 9,
    mix: [0.55, 0.3, 0.14, 0.01],
    purchaseAfterCart: 0.25,
    categories: categoryShares({
      'Grocery & Gourmet Food': 0.25,
      'Pet Supplies': 0.15,
      'Health & Household': 0.15,
      'Home & Garden': 0.15,
    }),
    price: { median: 20, sigma: 0.7 },
    dwell: { median: 20, sigma: 0.6 },
    devices: [0.6, 0.3, 0.1],
  },
  {
    name: 'loyal buyer',
    share: 0.2,
    meanEvents: 7,
    mix: [0.5, 0.1, 0.35, 0.05],
    purchaseAfterCart: 0.6,
    categories: null,
    price: { median: 80, sigma: 0.6 },
    dwell: { median: 45, sigma: 0.6 },
    devices: [0.4, 0.5, 0.1],
  },
  {
    name: 'researcher',
    share: 0.15,
    meanEvents: 12,
    mix: [0.6, 0.25, 0.1, 0.05],
    purchaseAfterCart: 0.15,
    categories: categoryShares({ Electronics: 0.35, Computers: 0.35, Automotive: 0.1 }),
    price: { median: 400, sigma: 0.8 },
    dwell: { median: 120, sigma: 0.5 },
    devices: [0.15, 0.75, 0.1],
  },
  {
    name: 'gift shopper',
    share: 0.1,
    meanEvents: 4,
    mix: [0.45, 0.25, 0.28, 0.02],
    purchaseAfterCart: 0.7,
    categories: categoryShares({
      'Toys & Games': 0.25,
      'Beauty & Personal Care': 0.25,
      'Fashion & Apparel': 0.25,
      Books: 0.15,
    }),
    price: { median: 50, sigma: 0.5 },
    dwell: { median: 35, sigma: 0.6 },
    devices: [0.5, 0.3, 0.2],
  },
]

/** Shares of the personas before and after a drift: shoppers become gift shoppers and loyal buyers (a holiday). */
export const personaShares = personas.map(({ share }) => share)
export const driftedPersonaShares: readonly number[] = [0.1, 0.1, 0.3, 0.1, 0.4]

/** Probability of each category for a customer with these two favourites. */
export function favouriteCategories(first: number, second: number): readonly number[] {
  const { productCategories } = ecciLists
  const rest = (1 - 2 * favouriteShare) / (productCategories.length - 2)
  return productCategories.map((_, index) => (index === first || index === second ? favouriteShare : rest))
}

type Category = (typeof ecciLists.productCategories)[number]

/** The shares given; what is left is spread evenly over the other categories. */
function categoryShares(given: Partial<Record<Category, number>>): readonly number[] {
  const { productCategories } = ecciLists
  const taken = Object.values(given).reduce((sum, share) => sum + share, 0)
  const rest = (1 - taken) / (productCategories.length - Object.keys(given).length)
  return productCategories.map(category => given[category] ?? rest)
}
