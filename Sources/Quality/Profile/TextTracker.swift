internal import Records
internal import Statistics

/// Lengths and looks of a column's texts. Counts only, so that the order of the texts does not matter.
struct TextTracker: Sendable {
  private(set) var minimum: String?
  private(set) var maximum: String?
  private var lengths: [Int: Int] = [:]
  private var lengthSum = 0
  private var shortest = Int.max
  private var longest = 0
  private var blankCount = 0
  private var paddedCount = 0
  private var kindCounts = [Int](repeating: 0, count: TextTraits.Kind.allCases.count)
  private var count = 0

  /// Takes the text in as often as it came.
  mutating func add(_ text: String, count weight: Int, isDetailed: Bool) {
    if minimum == nil || text < minimum ?? "" { minimum = ValueText.clipped(text) }
    if maximum == nil || text > maximum ?? "" { maximum = ValueText.clipped(text) }
    guard isDetailed else { return }
    let traits = TextTraits(text)
    count += weight
    lengths[Self.bucket(traits.length), default: 0] += weight
    lengthSum += traits.length * weight
    shortest = min(shortest, traits.length)
    longest = max(longest, traits.length)
    if traits.isBlank { blankCount += weight }
    if traits.isPadded { paddedCount += weight }
    if let kind = traits.kind { kindCounts[kind.rawValue] += weight }
  }

  /// The length with its ten highest bits: there are at most some thousands of these.
  private static func bucket(_ length: Int) -> Int {
    let shift = max(0, Int.bitWidth - length.leadingZeroBitCount - 10)
    return (length >> shift) << shift
  }

  /// Nil where there was no text.
  func texts(shares: [Double]) -> ProfileDocument.Texts? {
    guard count > 0 else { return nil }
    let weighted = WeightedValues(lengths.map { (Double($0.key), $0.value) })
    let kinds = TextTraits.Kind.allCases.filter { kindCounts[$0.rawValue] > 0 }
    return ProfileDocument.Texts(
      minimumLength: shortest, meanLength: Double(lengthSum) / Double(count), maximumLength: longest,
      lengthQuantiles: shares.compactMap { share in
        weighted.quantile(share).map { ProfileDocument.Quantile(share: share, value: $0) }
      }, blankCount: blankCount, paddedCount: paddedCount,
      looksLike: Dictionary(
        uniqueKeysWithValues: kinds.map { ("\($0)", Double(kindCounts[$0.rawValue]) / Double(count)) }))
  }
}
