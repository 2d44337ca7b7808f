/// Collects one column's values and finds the type that fits them all.
///
/// Without a given type it begins with the narrowest type of the first value. An integer column becomes floats in
/// place. Anything else that does not fit makes it text, which needs the bytes again: the builder then only says so
/// (`isOvertaken`), and the reader reads once more with the types found.
struct ColumnBuilder {
  let name: String
  /// The type was given: a value that does not fit is an error.
  let isFixed: Bool
  /// Nil until a value was seen.
  private(set) var type: ColumnType?
  private(set) var isOvertaken = false
  private var integers: [Int64] = []
  private var floats: [Double] = []
  private var booleans: [Int8] = []
  private var texts = DictionaryBuilder()
  private var leadingMissing = 0

  init(name: String, type: ColumnType?) {
    self.name = name
    self.type = type
    isFixed = type != nil
  }

  /// Adds the value; false when the type was given and it does not fit.
  mutating func append(_ record: CSVRecord, _ field: CSVField) -> Bool {
    let (bytes, start, end) = (record.bytes, field.start, field.end)
    let isMissing = field.isQuoted ? start == end && type != .string : ValueParser.isMissing(bytes, start, end)
    if isMissing {
      appendMissing()
      return true
    }
    if isOvertaken { return true }
    guard let type else {
      begin(as: Self.narrowestType(bytes, field))
      return append(record, field)
    }
    if fits(type, bytes, field, record) { return true }
    if isFixed { return false }
    if type == .integer, !field.isQuoted, let value = ValueParser.float(bytes, start, end) {
      floats = integers.map { $0 == Column.missingInteger ? .nan : Double($0) } + [value]
      integers = []
      self.type = .float
    } else {
      self.type = .string
      isOvertaken = true
    }
    return true
  }

  /// Appends the value if it is of the type.
  private mutating func fits(
    _ type: ColumnType, _ bytes: UnsafeBufferPointer<UInt8>, _ field: CSVField, _ record: CSVRecord
  ) -> Bool {
    let (start, end) = (field.start, field.end)
    switch type {
    case .integer:
      guard let value = ValueParser.integer(bytes, start, end) else { return false }
      integers.append(value)
    case .float:
      guard let value = ValueParser.float(bytes, start, end) else { return false }
      floats.append(value)
    case .boolean:
      guard let value = ValueParser.boolean(bytes, start, end) else { return false }
      booleans.append(value)
    case .timestamp:
      guard let value = ValueParser.timestamp(bytes, start, end) else { return false }
      integers.append(value)
    case .string:
      if field.hasEscapes, let text = record.text(field) {
        let plain = Array(text.utf8)
        plain.withUnsafeBufferPointer { texts.append($0, 0, plain.count) }
      } else {
        texts.append(bytes, start, end)
      }
    }
    return true
  }

  private mutating func appendMissing() {
    switch type {
    case nil: leadingMissing += 1
    case .integer, .timestamp: integers.append(Column.missingInteger)
    case .float: floats.append(.nan)
    case .boolean: booleans.append(-1)
    case .string: if !isOvertaken { texts.appendMissing() }
    }
  }

  private mutating func begin(as type: ColumnType) {
    self.type = type
    for _ in 0..<leadingMissing { appendMissing() }
    leadingMissing = 0
  }

  private static func narrowestType(_ bytes: UnsafeBufferPointer<UInt8>, _ field: CSVField) -> ColumnType {
    let (start, end) = (field.start, field.end)
    if ValueParser.integer(bytes, start, end) != nil { return .integer }
    if ValueParser.float(bytes, start, end) != nil { return .float }
    if ValueParser.boolean(bytes, start, end) != nil { return .boolean }
    if ValueParser.timestamp(bytes, start, end) != nil { return .timestamp }
    return .string
  }

  /// The column; nil when a text is not UTF-8. A column without any value is one of floats.
  func column() -> Column? {
    switch type {
    case nil: Column(name: name, storage: .floats([Double](repeating: .nan, count: leadingMissing)))
    case .integer: Column(name: name, storage: .integers(integers))
    case .timestamp: Column(name: name, storage: .timestamps(integers))
    case .float: Column(name: name, storage: .floats(floats))
    case .boolean: Column(name: name, storage: .booleans(booleans))
    case .string:
      texts.values().map { Column(name: name, storage: .strings(.init(codes: texts.codes, values: $0))) }
    }
  }

  /// Forgets the rows for the next batch.
  mutating func removeRows() {
    integers.removeAll(keepingCapacity: true)
    floats.removeAll(keepingCapacity: true)
    booleans.removeAll(keepingCapacity: true)
    texts.removeRows()
    leadingMissing = 0
  }
}
