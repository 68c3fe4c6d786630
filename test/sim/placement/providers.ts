/**
 * The internet of a made-up audience of a European match: countries by their share of the viewers, and in each the
 * providers by their share of the lines there. The numbers of the systems are real; the shares are rounded from what
 * regulators and APNIC's per-system estimates publish, and the rest of each country is many small providers.
 */
export interface Country {
  readonly code: string
  readonly share: number
  readonly regions: number
  /** Numbers of autonomous systems, and their percentage of the country's lines. */
  readonly providers: readonly (readonly [asn: number, percent: number])[]
  /** Small providers that have the rest between them. */
  readonly others: number
}

export const countries: readonly Country[] = [
  country(
    'DE',
    18,
    16,
    [
      [3320, 38],
      [3209, 28],
      [6805, 10],
      [8881, 9],
      [60294, 4],
    ],
    40,
  ),
  country(
    'FR',
    15,
    13,
    [
      [3215, 38],
      [12322, 20],
      [15557, 19],
      [5410, 16],
    ],
    25,
  ),
  country(
    'GB',
    14,
    9,
    [
      [2856, 25],
      [5607, 20],
      [5089, 19],
      [12576, 9],
      [13285, 9],
    ],
    40,
  ),
  country(
    'IT',
    11,
    20,
    [
      [3269, 36],
      [30722, 16],
      [12874, 13],
      [1267, 13],
    ],
    40,
  ),
  country(
    'ES',
    9,
    17,
    [
      [3352, 34],
      [12479, 22],
      [12430, 15],
      [57269, 9],
    ],
    30,
  ),
  country(
    'TR',
    7,
    20,
    [
      [9121, 40],
      [34984, 15],
      [16135, 12],
      [15897, 11],
    ],
    20,
  ),
  country(
    'PL',
    5,
    16,
    [
      [5617, 30],
      [12912, 12],
      [5588, 10],
      [8374, 9],
    ],
    60,
  ),
  country(
    'BR',
    5,
    27,
    [
      [28573, 20],
      [26599, 15],
      [27699, 12],
    ],
    120,
  ),
  country(
    'NL',
    4,
    12,
    [
      [1136, 35],
      [33915, 30],
      [50266, 10],
    ],
    20,
  ),
  country(
    'PT',
    3,
    7,
    [
      [3243, 35],
      [2860, 30],
      [12353, 17],
    ],
    8,
  ),
  country(
    'CH',
    2,
    8,
    [
      [3303, 50],
      [6730, 20],
      [6830, 10],
    ],
    15,
  ),
  country(
    'AT',
    2,
    9,
    [
      [8447, 40],
      [6830, 20],
      [8412, 15],
    ],
    15,
  ),
  country(
    'BE',
    2,
    3,
    [
      [5432, 40],
      [6848, 35],
      [47377, 8],
    ],
    8,
  ),
  country(
    'US',
    2,
    40,
    [
      [7922, 25],
      [7018, 17],
      [701, 8],
      [20115, 10],
    ],
    60,
  ),
  country(
    'MA',
    1,
    12,
    [
      [36903, 50],
      [36884, 25],
      [36925, 20],
    ],
    3,
  ),
]

function country(
  code: string,
  percent: number,
  regions: number,
  providers: Country['providers'],
  others: number,
): Country {
  return { code, share: percent / 100, regions, providers, others }
}
