internal import Glibc
internal import Records
internal import Tables

/// Numbers and changes in words.
enum Words {
  /// Four digits that count.
  static func number(_ value: Double, _ digits: Int = 4) -> String {
    guard value != 0, value.isFinite, abs(value) < 1e15 else { return CSVWriter.text(value) }
    let power = Double(digits) - 1 - log10(abs(value)).rounded(.down)
    guard power > 0 else { return CSVWriter.text(value.rounded()) }
    let scale = pow(10, min(power, 300))
    return CSVWriter.text((value * scale).rounded() / scale)
  }

  static func percent(_ share: Double) -> String {
    share > 0 && share < 0.0005 ? "less than 0.1 %" : number(share * 100, share >= 1 ? 4 : 3) + " %"
  }

  static func unit(_ unit: TableDiffDocument.UnitShift, _ name: String) -> String {
    let factor = unit.factor == 1 ? "" : "\(number(unit.factor, 6)) times what they were"
    let offset = unit.offset == 0 ? "" : "\(unit.offset > 0 ? "plus" : "minus") \(number(abs(unit.offset), 6))"
    let change = [factor.isEmpty ? "what they were" : factor, offset].filter { !$0.isEmpty }.joined(separator: " ")
    let meaning = unit.meaning.map { " (\($0)?)" } ?? ""
    return "“\(name)” is in another unit: values are \(change)\(meaning)"
  }

  static func categories(_ categories: TableDiffDocument.Categories, _ name: String, _ word: String, _ rows: Int)
    -> String
  {
    let examples = categories.examples.prefix(5).map { "“\($0.text.prefix(40))”" }.joined(separator: ", ")
    let more = categories.count > 5 ? ", …" : ""
    let share = percent(Double(categories.rowCount) / Double(max(1, rows)))
    return "“\(name)”: \(categories.count) \(word) categor\(categories.count == 1 ? "y" : "ies") in "
      + "\(categories.rowCount) rows (\(share)): \(examples)\(more)"
  }

  static func shift(
    _ shift: TableDiffDocument.Shift, _ name: String, _ old: TableDiffDocument.Summary, _ new: TableDiffDocument.Summary
  ) -> String {
    var parts: [String] = []
    if let before = old.mean, let after = new.mean { parts.append("mean \(number(before)) → \(number(after))") }
    if let before = old.quantiles, let after = new.quantiles, before.count == 5, after.count == 5 {
      parts.append("median \(number(before[2])) → \(number(after[2]))")
    }
    if parts.isEmpty, let bin = shift.bins.max(by: { abs($0.current - $0.reference) < abs($1.current - $1.reference) })
    {
      parts.append("“\(bin.label)” \(percent(bin.reference)) → \(percent(bin.current))")
    }
    let test = shift.test == "chi-square" ? "Cramér's V" : "KS distance"
    return "“\(name)” is distributed otherwise: \(parts.joined(separator: ", ")) "
      + "(PSI \(number(shift.psi, 3)), \(test) \(number(shift.effect, 3)))"
  }
}
