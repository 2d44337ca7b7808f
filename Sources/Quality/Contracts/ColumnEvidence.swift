internal import Disk
internal import Glibc
internal import SystemPackage
internal import Tables

/// What versions show of one column, and the lines of a contract that follow.
struct ColumnEvidence {
  let name: String
  let type: ColumnType
  let isEverywhere: Bool
  private var missingShare = 0.0
  private var lowest = Double.infinity
  private var highest = -Double.infinity
  private var shortest = Int.max
  private var longest = 0
  /// Nil once there are too many.
  private var values: [String: Int]? = [:]
  private var valueCount = 0
  private var isIncreasing = true
  private var isUnique: Bool
  private var last = -Double.infinity
  private var missing = 0
  private var ledger: KeyLedger
  private let disk: Disk
  private let folder: FilePath
  private let share: Int

  private static let limitValues = 20
  /// What a list of values may be long in all: longer ones are told by their length.
  private static let limitScalars = 1000

  /// - Parameter share: how many columns share the memory for their keys; 0 where this one looks for none.
  init(name: String, type: ColumnType, isEverywhere: Bool, disk: Disk, folder: FilePath, share: Int) {
    self.name = name
    self.type = type
    self.isEverywhere = isEverywhere
    self.disk = disk
    self.folder = folder
    self.share = max(1, share)
    isUnique = share > 0
    ledger = Self.ledger(self.share, disk, folder)
  }

  private static func ledger(_ share: Int, _ disk: Disk, _ folder: FilePath) -> KeyLedger {
    KeyLedger(.repeats, limit: RuleFactory.limitKeys / share, disk: disk, folder: folder, share: share)
  }

  /// A version begins.
  mutating func begin() {
    (last, missing) = (-.infinity, 0)
    ledger = Self.ledger(share, disk, folder)
  }

  mutating func take(_ view: ColumnView, firstRow: Int) throws {
    missing += view.column.missingCount
    if let texts = view.texts { take(texts) } else { take(view.numbers) }
    // A repeat is seen soon where there is one; only what looks like a key is followed to the end.
    guard isUnique, type == .string || type == .integer else { return }
    let keys = RowKeys([view], rowCount: view.column.count)
    for row in keys.keys.indices where !keys.isPartial[row] { try ledger.judge(keys.keys[row], row: firstRow + row) }
    if ledger.failing.count > 0 {
      isUnique = false
      ledger = Self.ledger(share, disk, folder)
    }
  }

  /// A version ends.
  mutating func end(rowCount: Int) throws {
    if rowCount > 0 { missingShare = max(missingShare, Double(missing) / Double(rowCount)) }
    guard isUnique else { return }
    _ = try ledger.finish()
    if ledger.failing.count > 0 { isUnique = false }
  }

  private mutating func take(_ numbers: [Double]) {
    for value in numbers where !value.isNaN {
      valueCount += 1
      if value < lowest { lowest = value }
      if value > highest { highest = value }
      if value < last { isIncreasing = false }
      last = value
    }
  }

  private mutating func take(_ texts: Column.DictionaryColumn) {
    var counts = [Int](repeating: 0, count: texts.values.count)
    for code in texts.codes where code >= 0 { counts[Int(code)] += 1 }
    for (text, count) in zip(texts.values, counts) where count > 0 {
      valueCount += count
      let length = text.unicodeScalars.count
      shortest = min(shortest, length)
      longest = max(longest, length)
      if values != nil { values?[text, default: 0] += count }
      if let known = values, known.count > Self.limitValues { values = nil }
    }
  }

  // MARK: The lines

  /// - Parameter namesValues: whether a few different texts are listed.
  func lines(namesValues: Bool) -> [String] {
    var keys = ["type: \(type.rawValue)"]
    if !isEverywhere { keys.append("required: false") }
    if let share = allowedMissing { keys.append("missing: \(share)") }
    if valueCount > 0 { keys += type == .string ? textKeys(namesValues) : numberKeys }
    if isUnique, valueCount >= 100, type == .integer || type == .string { keys.append("unique: true") }
    let quoted = YAMLText.quoted(name)
    let rules = "{\(keys.joined(separator: ", "))}"
    // A key of more characters is none without its mark.
    let lines = quoted.unicodeScalars.count < 1000 ? ["  \(quoted): \(rules)"] : ["  ? \(quoted)", "  : \(rules)"]
    guard type == .timestamp, highest.isFinite else { return lines }
    return lines + [
      "    # freshness: 2d   # the newest of \(ColumnView.timeText(highest)) is at most so old at the run"
    ]
  }

  /// Half as many again and a point more than was seen, in whole percent; nil where anything may be missing.
  private var allowedMissing: String? {
    if missingShare == 0 { return "0%" }
    let percent = (missingShare * 150 + 1).rounded(.up)
    return percent >= 100 ? nil : "<= \(Int(percent))%"
  }

  private func textKeys(_ namesValues: Bool) -> [String] {
    if namesValues, let values, valueCount >= 20 * values.count,
      values.keys.reduce(0, { $0 + $1.unicodeScalars.count }) <= Self.limitScalars
    {
      return ["in: [\(values.keys.sorted().map(YAMLText.quoted).joined(separator: ", "))]"]
    }
    return ["length: [\(shortest / 2), \(longest * 2)]"]
  }

  private var numberKeys: [String] {
    switch type {
    case .timestamp:
      // Where the past begins is known, where the future ends is not.
      let order = isIncreasing && valueCount > 1 ? ["increasing: true"] : []
      return ["range: [\(ColumnView.timeText(lowest)), ~]"] + order
    case .boolean: return []
    default:
      let slack = max((highest - lowest) * 0.25, 1e-9)
      let low = lowest >= 0 && lowest - slack < 0 ? 0 : Self.outward(lowest - slack, .down)
      let high = highest <= 0 && highest + slack > 0 ? 0 : Self.outward(highest + slack, .up)
      guard low.isFinite, high.isFinite else { return [] }
      return ["range: [\(CSVWriter.text(min(low, lowest))), \(CSVWriter.text(max(high, highest)))]"]
    }
  }

  /// Two significant digits, further out.
  private static func outward(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    guard value != 0, value.isFinite else { return value }
    let scale = pow(10, (log10(abs(value))).rounded(.down) - 1)
    let rounded = (value / scale).rounded(rule) * scale
    return abs(value) >= 100 ? rounded.rounded(rule) : rounded
  }
}

/// Texts in YAML.
enum YAMLText {
  /// In quotes, whatever it is: a word of YAML is then a text.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _
      where scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0xFEFF
        || (0xFFFE...0xFFFF).contains(scalar.value)
        || (0x2028...0x2029).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
