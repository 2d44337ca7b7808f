internal import CTables

/// Distinct texts with codes in the order of their coming.
///
/// One thread at a time writes; a dictionary is handed from thread to thread under the lock of the pass that owns it,
/// which is why it may be sent.
final class TextDictionary: @unchecked Sendable {
  let handle: OpaquePointer
  private var texts: [String] = []

  init() { handle = tables_dictionary_create() }
  deinit { tables_dictionary_free(handle) }

  var count: Int { tables_dictionary_count(handle) }

  func bytes(_ code: Int) -> (bytes: UnsafeBufferPointer<UInt8>, firstRow: Int64) {
    var count = 0
    var row: Int64 = 0
    let start = tables_dictionary_value(handle, code, &count, &row)
    return (UnsafeBufferPointer(start: start, count: count), row)
  }

  func add(_ bytes: UnsafeBufferPointer<UInt8>, row: Int64) -> Int32 {
    tables_dictionary_add(handle, bytes.baseAddress, bytes.count, row)
  }

  /// All values as strings. The bytes were found to be UTF-8 before they came here.
  func values() -> [String] {
    let count = count
    texts.reserveCapacity(count)
    for code in texts.count..<count { texts.append(String(decoding: bytes(code).bytes, as: UTF8.self)) }
    return texts
  }
}
