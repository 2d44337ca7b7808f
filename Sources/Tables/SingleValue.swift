internal import CTables

/// One value, read as the kernels of columns read it.
struct SingleValue {
  let outcome: tables_outcome
  /// The number's or time's bits, where it is one.
  let bits: Int64

  /// - Parameter bytes: with the quotes, if it has any.
  init(_ bytes: some Collection<UInt8>, as type: ColumnType, _ rules: ReadRules, quotesMeanText: Bool) {
    let slack = [UInt8](repeating: 0, count: Int(TABLES_SLACK))
    let padded = slack + bytes + slack
    let ends = [UInt32(slack.count - 1), UInt32(padded.count - slack.count)]
    var outcome = tables_outcome()
    var bits: Int64 = 0
    rules.withRules(quotesMeanText: quotesMeanText) { rules in
      padded.withUnsafeBufferPointer { bytes in
        ends.withUnsafeBufferPointer { ends in
          withUnsafeMutableBytes(of: &bits) { target in
            guard let base = ends.baseAddress, let target = target.baseAddress else { return }
            var fields = tables_fields(bytes: bytes.baseAddress, before: base, ends: base + 1, stride: 1, rows: 1)
            type.parse(&fields, rules, isStrict: false, target, &outcome)
          }
        }
      }
    }
    (self.outcome, self.bits) = (outcome, bits)
  }
}
