/// Counts of bytes as people read them.
enum ByteCount {
  /// `812 B`, `1.4 MiB`, `23 GiB`.
  static func text(_ count: Int) -> String {
    for (unit, size) in [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where count >= size {
      let tenths = Int((Double(count) * 10 / Double(size)).rounded())
      return (tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\((tenths + 5) / 10)") + " " + unit
    }
    return "\(count) B"
  }
}
