internal import Statistics
internal import Tables

/// The sampled rows of one column.
struct SampledColumn: Sendable {
  let name: String
  let type: ColumnType
  /// NaN where missing; nil for texts. Times are ticks.
  let numbers: [Double]?
  /// Categories from 0 in the order of their first row, -1 where missing: of texts and booleans.
  let categories: [Int32]?
  let categoryCount: Int

  init(_ column: ColumnAccumulator) {
    name = column.name
    type = column.type
    if column.type == .string {
      numbers = nil
      (categories, categoryCount) = Self.categories(column.sampleKeys) { $0 == ColumnAccumulator.missingKey }
    } else {
      numbers = column.sampleNumbers
      if column.type == .boolean {
        (categories, categoryCount) = Self.categories(column.sampleNumbers) { $0.isNaN }
      } else {
        (categories, categoryCount) = (nil, 0)
      }
    }
  }

  private static func categories<Value: Hashable>(_ values: [Value], isMissing: (Value) -> Bool) -> ([Int32], Int) {
    var codes: [Value: Int32] = [:]
    let categories = values.map { value -> Int32 in
      if isMissing(value) { return -1 }
      let next = Int32(codes.count)
      if let code = codes[value] { return code }
      codes[value] = next
      return next
    }
    return (categories, codes.count)
  }

  /// Numbers as categories: for targets of few classes.
  var classes: (categories: [Int32], count: Int) {
    if let categories { return (categories, categoryCount) }
    let (categories, count) = Self.categories(numbers ?? []) { $0.isNaN }
    return (categories, count)
  }

  func isMissing(_ place: Int) -> Bool {
    if let numbers { numbers[place].isNaN } else { categories.map { $0[place] < 0 } ?? true }
  }
}
