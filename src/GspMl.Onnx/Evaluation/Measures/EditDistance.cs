namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>The fewest symbols to put in, leave out or change to make one sequence the other (Levenshtein 1966).</summary>
internal static class EditDistance
{
    /// <summary>O(n·m) time, O(m) memory.</summary>
    public static int Between(int[] from, int[] to)
    {
        var distances = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = distances[0]++;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = distances[j];
                distances[j] = Math.Min(changed, 1 + Math.Min(distances[j], distances[j - 1]));
            }
        }
        return distances[^1];
    }
}
