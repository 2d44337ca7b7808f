internal import Records
internal import Statistics
internal import Tables

/// A column whose values part rows into groups, gathered batch by batch: a code for each row, or a number where there
/// are too many different ones for texts.
struct GroupColumn {
  /// What the groups are for.
  enum Purpose {
    /// To be looked at: many different numbers are parted by bins, and more texts than anyone reads are refused.
    case slices
    /// The same, but numbers are names: every value is a group.
    case values
    /// To be kept together: every different text is a group.
    case clusters
  }

  let name: String
  private let purpose: Purpose
  private var codes: [Int32] = []
  private var values: [String] = []
  private var places: [String: Int32] = [:]
  /// Of each row, once the column is known to hold many different numbers.
  private var numbers: [Double]?

  /// Numbers with more different values than this are parted by bins.
  static let limitNumbers = 20
  /// More different texts than this are no groups but names, unless all are numbers.
  private static let limitTexts = 100_000

  init(name: String, _ purpose: Purpose) {
    self.name = name
    self.purpose = purpose
  }

  /// - Parameter texts: the column of the next rows.
  mutating func append(_ texts: Column.DictionaryColumn) throws {
    if numbers != nil { return try appendNumbers(texts) }
    var translated = [Int32](repeating: -1, count: texts.values.count)
    for code in texts.codes {
      guard code >= 0 else {
        codes.append(-1)
        continue
      }
      if translated[Int(code)] < 0 { translated[Int(code)] = place(of: texts.values[Int(code)]) }
      codes.append(translated[Int(code)])
    }
    guard purpose != .clusters, values.count > Self.limitTexts else { return }
    guard purpose == .slices, let known = Self.numbers(values) else { throw tooManyTexts }
    numbers = codes.map { $0 < 0 ? .nan : known[Int($0)] }
    (codes, values, places) = ([], [], [:])
  }

  private mutating func place(of text: String) -> Int32 {
    if let place = places[text] { return place }
    let place = Int32(values.count)
    places[text] = place
    values.append(text)
    return place
  }

  private mutating func appendNumbers(_ texts: Column.DictionaryColumn) throws {
    for code in texts.codes {
      guard code >= 0 else {
        numbers?.append(.nan)
        continue
      }
      // As many texts as were numbers until now are too many for groups.
      guard let number = Self.number(texts.values[Int(code)]) else { throw tooManyTexts }
      numbers?.append(number)
    }
  }

  private var tooManyTexts: PipelineError {
    .stepFailed(
      "the column “\(name)” has more than \(Self.limitTexts) different texts: it is a name rather than a group of rows")
  }

  /// Nil where some text is no number.
  private static func numbers(_ texts: [String]) -> [Double]? {
    var numbers: [Double] = []
    for text in texts {
      guard let number = number(text) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// Nil for what is no finite number, and for digits after a zero, as of postal codes.
  private static func number(_ text: String) -> Double? {
    let digits = text.drop { $0 == "-" || $0 == "+" }
    let isName = digits.first == "0" && digits.dropFirst().first?.isNumber == true
    guard !isName, let number = Double(text), number.isFinite else { return nil }
    return number
  }

  /// Each text a group; a row without one is a group of its own.
  ///
  /// - Parameter rows: those to keep, ascending.
  func clusters(of rows: [Int]) -> Grouping {
    var kept = rows.map { codes[$0] }
    var labels: [String?] = values
    for index in kept.indices where kept[index] < 0 {
      kept[index] = Int32(labels.count)
      labels.append(nil)
    }
    return Grouping(name: name, labels: labels, codes: kept).gather(Array(kept.indices))
  }

  /// - Parameters:
  ///   - rows: those to keep, ascending.
  ///   - bins: into how many bins of about as many rows many different numbers are parted.
  func grouping(of rows: [Int], bins: Int) -> Grouping {
    if let numbers { return Grouping(name: name, numbers: rows.map { numbers[$0] }, bins: bins) }
    let kept = rows.map { codes[$0] }
    if purpose == .slices, values.count > Self.limitNumbers, let known = Self.numbers(values) {
      return Grouping(name: name, numbers: kept.map { $0 < 0 ? .nan : known[Int($0)] }, bins: bins)
    }
    return Grouping(name: name, values: values, codes: kept)
  }
}
