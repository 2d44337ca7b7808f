internal import Records
internal import Tables

/// Finds columns whose values became a constant multiple of what they were: minutes that are seconds now.
enum UnitFinder {
  typealias UnitShift = TableDiffDocument.UnitShift

  /// Factors that people multiply by, and what from one unit to another they are. The inverse is meant, too.
  /// Exact by definition (NIST Special Publication 811, appendix B), but for the last one.
  private static let factors: [(factor: Double, from: String, to: String)] = [
    (60, "minutes", "seconds"), (3600, "hours", "seconds"), (86_400, "days", "seconds"), (24, "days", "hours"),
    (1440, "days", "minutes"), (7, "weeks", "days"), (1000, "thousands", "units"), (1_000_000, "millions", "units"),
    (100, "units", "hundredths"), (3.6, "m/s", "km/h"), (2.54, "inches", "centimetres"),
    (25.4, "inches", "millimetres"), (0.3048, "feet", "metres"), (1.609344, "miles", "kilometres"),
    (1.852, "nautical miles", "kilometres"), (0.45359237, "pounds", "kilograms"), (28.349523125, "ounces", "grams"),
    (3.785411784, "US gallons", "litres"), (4.184, "kilocalories", "kilojoules"), (12, "feet", "inches"),
    (57.29577951308232, "radians", "degrees"),
  ]

  private static let scales: [(factor: Double, offset: Double, meaning: String)] = [
    (1.8, 32, "°C to °F"), (5.0 / 9, -160.0 / 9, "°F to °C"), (1, 273.15, "°C to K"), (1, -273.15, "K to °C"),
  ]

  /// By matched rows: at least 95 in 100 of them must agree to half a per cent. Zeros that stayed zeros fit any factor
  /// and tell of none.
  ///
  /// - Parameter pairs: old and new numbers of the same rows, none missing.
  static func shift(pairs: [(old: Double, new: Double)], type: ColumnType) -> UnitShift? {
    type == .timestamp ? zone(pairs) : ratio(pairs.filter { $0.old != 0 || $0.new != 0 }) ?? line(pairs)
  }

  private static func zone(_ pairs: [(old: Double, new: Double)]) -> UnitShift? {
    guard haveMoved(pairs) else { return nil }
    let offset = median(pairs.map { $0.new - $0.old })
    guard offset != 0, agree(pairs, 1, offset, within: { _ in 0 }) else { return nil }
    return UnitShift(factor: 1, offset: offset, meaning: hours(offset), evidence: "keys")
  }

  private static func ratio(_ pairs: [(old: Double, new: Double)]) -> UnitShift? {
    let ratios = pairs.filter { $0.old != 0 }.map { $0.new / $0.old }
    let factor = median(ratios)
    guard haveMoved(pairs), ratios.count >= 20, factor != 0, abs(factor - 1) > 0.005,
      agree(pairs, factor, 0, within: { abs($0) * 0.005 })
    else { return nil }
    return named(factor, tolerance: 0.005, evidence: "keys")
  }

  private static func line(_ pairs: [(old: Double, new: Double)]) -> UnitShift? {
    guard haveMoved(pairs) else { return nil }
    return line(Quantiles(pairs.map(\.old)), Quantiles(pairs.map(\.new)), evidence: "keys", isKnownOnly: false) {
      factor, offset, span in agree(pairs, factor, offset, within: { _ in 0.01 * span })
    }
  }

  /// Whether they are enough, and half of them or more have changed.
  private static func haveMoved(_ pairs: [(old: Double, new: Double)]) -> Bool {
    pairs.count >= 20 && pairs.count { $0.old != $0.new } * 2 >= pairs.count
  }

  private static func agree(
    _ pairs: [(old: Double, new: Double)], _ factor: Double, _ offset: Double, within: (Double) -> Double
  ) -> Bool {
    pairs.count { abs($0.new - factor * $0.old - offset) <= within($0.new) } * 100 >= pairs.count * 95
  }

  /// By distributions, for rows that cannot be matched: only a known factor, or quantiles in one exact ratio.
  static func shift(_ old: ColumnSketch, _ new: ColumnSketch) -> UnitShift? {
    guard old.type != .boolean, old.type != .timestamp, !old.isNaming, old.distinctCount >= 10,
      new.distinctCount >= 10, old.distance(new) >= 0.1
    else { return nil }
    let (before, after) = quantiles(old, new)
    let ratios = zip(before.values, after.values).filter { abs($0.0) > 1e-9 && $0.1 != 0 }.map { $0.1 / $0.0 }
    if ratios.count >= 7, let low = ratios.min(), let high = ratios.max(), low > 0, Set(before.values).count >= 5 {
      let spread = high / low - 1
      let factor = median(ratios)
      if spread <= 0.05, let known = named(factor, tolerance: 0.03, evidence: "quantiles"), known.meaning != nil {
        return known
      }
      if spread <= 0.001, abs(factor - 1) > 0.01 { return named(factor, tolerance: 0.001, evidence: "quantiles") }
    }
    return line(before, after, evidence: "quantiles", isKnownOnly: true) { factor, offset, span in
      zip(before.values, after.values).allSatisfy { abs($0.1 - factor * $0.0 - offset) <= 0.03 * span }
    }
  }

  /// Without the zeros where both have as many of them, to one row in 50.
  private static func quantiles(_ old: ColumnSketch, _ new: ColumnSketch) -> (Quantiles, Quantiles) {
    let (left, right) = (old.sample.filter { $0 != 0 }, new.sample.filter { $0 != 0 })
    let shares = (Double(left.count) / Double(old.sample.count), Double(right.count) / Double(new.sample.count))
    guard abs(shares.0 - shares.1) <= 0.02 else {
      return (Quantiles(sorted: old.sample), Quantiles(sorted: new.sample))
    }
    return (Quantiles(sorted: left), Quantiles(sorted: right))
  }

  /// The tenths of a sample.
  private struct Quantiles {
    var values: [Double]

    init(sorted sample: [Double]) {
      values = sample.isEmpty ? [] : (1...9).map { sample[$0 * (sample.count - 1) / 10] }
    }

    init(_ sample: [Double]) { self.init(sorted: sample.sorted()) }
  }

  /// A straight line through the first and the last tenth.
  private static func line(
    _ old: Quantiles, _ new: Quantiles, evidence: String, isKnownOnly: Bool,
    _ agrees: (_ factor: Double, _ offset: Double, _ span: Double) -> Bool
  ) -> UnitShift? {
    guard old.values.count == 9, new.values.count == 9 else { return nil }
    let (before, after) = (old.values[8] - old.values[0], new.values[8] - new.values[0])
    guard before > 0, after > 0 else { return nil }
    let factor = after / before
    let offset = new.values[0] - factor * old.values[0]
    guard abs(factor - 1) > 0.005 || abs(offset) > 0.02 * after, agrees(factor, offset, after) else { return nil }
    for scale in scales {
      guard abs(factor / scale.factor - 1) <= 0.03, abs(offset - scale.offset) <= 0.05 * abs(scale.offset) else {
        continue
      }
      return UnitShift(factor: scale.factor, offset: scale.offset, meaning: scale.meaning, evidence: evidence)
    }
    return isKnownOnly ? nil : UnitShift(factor: factor, offset: offset, meaning: nil, evidence: evidence)
  }

  /// With the exact factor and its meaning where one is near.
  private static func named(_ factor: Double, tolerance: Double, evidence: String) -> UnitShift? {
    for known in factors {
      if abs(factor / known.factor - 1) <= tolerance {
        return UnitShift(
          factor: known.factor, offset: 0, meaning: "\(known.from) to \(known.to)", evidence: evidence)
      }
      if abs(factor * known.factor - 1) <= tolerance {
        return UnitShift(
          factor: 1 / known.factor, offset: 0, meaning: "\(known.to) to \(known.from)", evidence: evidence)
      }
    }
    return UnitShift(factor: factor, offset: 0, meaning: nil, evidence: evidence)
  }

  private static func hours(_ seconds: Double) -> String? {
    let hours = seconds / 3600
    guard hours == hours.rounded(), abs(hours) <= 26 else { return nil }
    return "\(Int(abs(hours))) h \(hours > 0 ? "later" : "earlier"), as another time zone"
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
