extension Format {
  /// A sentence of the tool's own with true minus signs, and its large counts grouped: `0 of 29,327`, `at least −0.0100`.
  ///
  /// Digits that belong to a name, a date or a fraction are left as they are.
  static func prose(_ sentence: String) -> String {
    let letters = Array(sentence)
    var text = ""
    var index = 0
    while index < letters.count {
      let digits = letters[index...].prefix { isDigit($0) }
      if digits.isEmpty {
        text.append(startsNegative(letters, index) ? "−" : letters[index])
        index += 1
      } else {
        text += isCount(letters, digits.indices) ? Int(String(digits)).map(grouped) ?? String(digits) : String(digits)
        index = digits.endIndex
      }
    }
    return text
  }

  private static func isDigit(_ letter: Character) -> Bool { letter.isASCII && letter.isNumber }

  /// Whether the hyphen there stands before a number that nothing comes before.
  private static func startsNegative(_ letters: [Character], _ index: Int) -> Bool {
    guard letters[index] == "-", index + 1 < letters.count, isDigit(letters[index + 1]) else { return false }
    return index == 0 || " ([±".contains(letters[index - 1])
  }

  /// Whether digits are a whole number by themselves, and long enough to be grouped.
  private static func isCount(_ letters: [Character], _ digits: Range<Int>) -> Bool {
    guard (5...15).contains(digits.count), letters[digits.lowerBound] != "0" else { return false }
    func isPart(_ index: Int) -> Bool {
      letters.indices.contains(index) && (letters[index].isLetter || "-.:/@_−#".contains(letters[index]))
    }
    // The point at the end of a sentence is no decimal point.
    let isLast = digits.upperBound + 1 >= letters.count || !isDigit(letters[digits.upperBound + 1])
    let endsSentence = letters.indices.contains(digits.upperBound) && letters[digits.upperBound] == "." && isLast
    return !isPart(digits.lowerBound - 1) && (endsSentence || !isPart(digits.upperBound))
  }
}
