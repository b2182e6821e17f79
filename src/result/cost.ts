/** Mean length of a month: 365.25 / 12 days. */
const secondsPerMonth = (365.25 / 12) * 86_400;

/**
 * What a million requests cost on machines that are rented by the month and kept busy at this rate.
 * @param usdPerMonth Price of each machine.
 * @returns US dollars; undefined without prices or at no rate.
 */
export const usdPerMillionRequests = (
  usdPerMonth: Readonly<Record<string, number | undefined>> | undefined,
  requestsPerSecond: number,
): number | undefined => {
  const prices = Object.values(usdPerMonth ?? {}).filter((price) => price !== undefined);
  if (prices.length === 0 || !(requestsPerSecond > 0)) return undefined;
  const total = prices.reduce((sum, price) => sum + price, 0);
  return (total * 1e6) / (requestsPerSecond * secondsPerMonth);
};
