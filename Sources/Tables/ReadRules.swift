internal import CTables

/// The words for missing values, in the form that the kernels read.
struct ReadRules: Sendable {
  private let words: [UInt8]
  private let ends: [UInt32]
  private let lengths: [UInt32]
  private let areValues: Bool

  /// What stands for a missing value in rows of a source whose quotes mean text, whatever the words are.
  static let mark = "null"

  init(_ options: ReadOptions) {
    var words: [UInt8] = []
    var ends: [UInt32] = []
    var lengths = [UInt32](repeating: 0, count: 256)
    let own = options.missingWords.sorted().filter { !$0.isEmpty }
    for word in own {
      let bytes = Array(word.utf8)
      lengths[Int(bytes[0])] |= 1 << UInt32(min(31, bytes.count))
      words += bytes
      ends.append(UInt32(words.count))
    }
    self.words = words
    self.ends = ends
    self.lengths = lengths
    areValues = own.contains { word in
      word.utf8.contains { 48...57 ~= $0 } || ["true", "false"].contains(word.lowercased())
    }
  }

  func withRules<Value>(
    quotesMeanText: Bool, _ body: (UnsafePointer<tables_rules>) throws -> Value
  ) rethrows -> Value {
    try words.withUnsafeBufferPointer { words in
      try ends.withUnsafeBufferPointer { ends in
        try lengths.withUnsafeBufferPointer { lengths in
          var rules = tables_rules(
            words: words.baseAddress, word_ends: ends.baseAddress, word_count: ends.count,
            lengths: lengths.baseAddress, words_are_values: areValues ? 1 : 0, quotes_mean_text: quotesMeanText ? 1 : 0)
          return try body(&rules)
        }
      }
    }
  }
}
