import type { EcciEventType } from './ecci-domain.ts'

/** An interaction as generated, fields in the order of the contract. */
export type EcciRecord = {
  event_id: string
  customer_id: string
  session_id: string
  timestamp: string
  event_type: EcciEventType
  product_id: string | null
  product_category: string | null
  price: number | null
  quantity: number | null
  page_url: string
  referrer_url: string | null
  device_info: { device_type: string; browser: string; os: string }
  location: { lat: number; lon: number }
  time_on_page_seconds: number
  search_query: string | null
  session_event_sequence: number
}

export interface Product {
  id: string
  category: string
  price: number
}

/** What the page of an event shows: a product or the results of a search. */
export type Page = Pick<EcciRecord, 'product_id' | 'product_category' | 'price' | 'page_url' | 'search_query'>

export function productPage({ id, category, price }: Product): Page {
  const slug = category.toLowerCase().replaceAll(' & ', '-').replaceAll(' ', '-')
  return {
    product_id: id,
    product_category: category,
    price,
    page_url: `https://example.com/${slug}/${id}`,
    search_query: null,
  }
}

export function searchPage(query: string): Page {
  return {
    product_id: null,
    product_category: null,
    price: null,
    page_url: `https://example.com/search?q=${query.replaceAll(' ', '+')}`,
    search_query: query,
  }
}
