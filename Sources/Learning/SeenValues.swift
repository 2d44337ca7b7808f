package import Tables

/// What training saw of a feature, besides its categories: what later data is held against.
package struct SeenValues: Codable, Hashable, Sendable {
  package var missingCount: Int
  /// Of numbers; nil where there were none.
  package var minimum: Double?
  package var maximum: Double?
  /// The tenths of the numbers, smallest and largest included: eleven numbers, or none.
  package var quantiles: [Double]?

  /// Of more values, as many spread evenly over the rows tell the tenths.
  private static let limitSample = 20_000

  private enum CodingKeys: String, CodingKey {
    case missingCount = "missing"
    case minimum, maximum, quantiles
  }

  package init(_ column: Column) {
    missingCount = column.missingCount
    guard column.type == .integer || column.type == .float, let numbers = column.doubles else { return }
    let known = numbers.filter(\.isFinite)
    guard !known.isEmpty else { return }
    minimum = known.min()
    maximum = known.max()
    let count = min(known.count, Self.limitSample)
    let sample = (0..<count).map { known[$0 * known.count / count] }.sorted()
    let inner = (1...9).map { sample[$0 * (sample.count - 1) / 10] }
    quantiles = (minimum.map { [$0] } ?? []) + inner + (maximum.map { [$0] } ?? [])
  }

  /// How far other numbers lie from these, 0...1: the largest distance of the two distributions at the tenths. Nil where
  /// there is nothing to compare.
  package func distance(to numbers: [Double]) -> Double? {
    let sorted = numbers.filter { !$0.isNaN }.sorted()
    guard let quantiles, quantiles.count == 11, !sorted.isEmpty else { return nil }
    let total = Double(sorted.count)
    return (1...9).map { tenth -> Double in
      let bound = quantiles[tenth]
      let below = Double(sorted.count { $0 < bound }) / total
      let notAbove = Double(sorted.count { $0 <= bound }) / total
      let share = Double(tenth) / 10
      // Many equal values make the share of a tenth anything between the two.
      return share < below ? below - share : share > notAbove ? share - notAbove : 0
    }.max()
  }
}
