extension String {
  /// The columns that a terminal gives it.
  var columnCount: Int { reduce(0) { $0 + $1.columnCount } }

  /// Its beginning, as far as it fits.
  func fitting(columns: Int) -> String {
    var left = columns
    return String(
      prefix { character in
        left -= character.columnCount
        return left >= 0
      })
  }
}

extension Character {
  /// 0 for what only changes its neighbours, 2 for what East Asian fonts and emoji draw wide, else 1.
  fileprivate var columnCount: Int { unicodeScalars.lazy.map(\.columnCount).max() ?? 0 }
}

extension Unicode.Scalar {
  fileprivate var columnCount: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide ? 2 : 1
    }
  }

  /// Wide or full-width by Unicode Standard Annex #11, in whole blocks.
  private var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: properties.isEmojiPresentation
    }
  }
}
