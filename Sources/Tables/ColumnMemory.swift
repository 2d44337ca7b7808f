internal import CTables

/// Room for the values of a column, which several threads fill, each its own rows.
///
/// Sendable: the arrays are neither read nor changed between `init` and ``column(_:_:_:)``, so that their
/// memory, which `base` points at, does not move; the pass hands out disjoint rows, and its lock orders the writing
/// before the taking.
final class ColumnMemory: @unchecked Sendable {
  let type: ColumnType
  private var words: [Int64] = []
  private var floats: [Double] = []
  private var booleans: [Int8] = []
  private var codes: [Int32] = []
  private let base: UnsafeMutableRawPointer

  init(_ type: ColumnType, capacity: Int) {
    self.type = type
    switch type {
    case .integer, .timestamp: (words, base) = Self.room(capacity)
    case .float: (floats, base) = Self.room(capacity)
    case .boolean: (booleans, base) = Self.room(capacity)
    case .string: (codes, base) = Self.room(capacity)
    }
  }

  private static func room<Value>(_ count: Int) -> ([Value], UnsafeMutableRawPointer) {
    var base = UnsafeMutableRawPointer(bitPattern: 64)
    let values = [Value](unsafeUninitializedCapacity: max(1, count)) { buffer, initialized in
      base = buffer.baseAddress.map { UnsafeMutableRawPointer($0) }
      initialized = count
    }
    guard let base else { preconditionFailure("an array with room has an address") }
    let bytes = count * MemoryLayout<Value>.stride
    if bytes >= 4 << 20 { tables_large_pages(base, bytes) }
    return (values, base)
  }

  /// Where the values from `row` on go.
  func pointer<Value>(to row: Int, as type: Value.Type) -> UnsafeMutablePointer<Value> {
    base.assumingMemoryBound(to: Value.self) + row
  }

  /// The first rows as a column, once: the memory is then empty.
  func column(_ name: String, _ rowCount: Int, _ texts: [String]) -> Column {
    let storage: Column.Storage =
      switch type {
      case .integer: .integers(Self.take(&words, rowCount))
      case .timestamp: .timestamps(Self.take(&words, rowCount))
      case .float: .floats(Self.take(&floats, rowCount))
      case .boolean: .booleans(Self.take(&booleans, rowCount))
      case .string: .strings(.init(codes: Self.take(&codes, rowCount), values: texts))
      }
    return Column(name: name, storage: storage)
  }

  private static func take<Value>(_ values: inout [Value], _ count: Int) -> [Value] {
    defer { values = [] }
    // Much room for little is given back.
    if count < values.count / 2 { return Array(values[..<count]) }
    values.removeLast(values.count - count)
    return values
  }
}
