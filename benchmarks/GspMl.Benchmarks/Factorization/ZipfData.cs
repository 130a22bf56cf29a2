using GspMl.Cli.Npy;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Factorization;

/// <summary>A sparse matrix like a collection of documents: words by Zipf's law, a topic or two in each row, counts.</summary>
internal sealed record ZipfData(int Samples, int Features, int[] Starts, int[] Indices, float[] Values)
{
    private const int Topics = 20;

    public static ZipfData Create(int samples, int features, double density, int seed)
    {
        var random = new Random(seed);
        var cumulative = new double[features];
        for (var j = 0; j < features; j++) cumulative[j] = (j > 0 ? cumulative[j - 1] : 0) + 1 / (j + 10.0);
        var perRow = (int)(density * features);
        var starts = new int[samples + 1];
        var (indices, values) = (new List<int>(samples * perRow), new List<float>(samples * perRow));
        for (var i = 0; i < samples; i++)
        {
            var row = new SortedDictionary<int, int>();
            var (first, second) = (random.Next(Topics), random.Next(Topics));
            while (row.Count < perRow)
            {
                var word = Draw(cumulative, random);
                var topic = random.NextDouble() < 0.7 ? first : second;
                // A topic prefers the words of its own residue; one draw in three is of any topic.
                if (random.Next(3) > 0) word = Math.Min(features - 1, word / Topics * Topics + topic);
                row[word] = row.GetValueOrDefault(word) + 1;
            }
            foreach (var (word, count) in row)
            {
                indices.Add(word);
                values.Add(1 + MathF.Log(count));
            }
            starts[i + 1] = indices.Count;
        }
        return new(samples, features, starts, [.. indices], [.. values]);
    }

    public NmfData<float> WithStart(int rank)
    {
        var data = new SparseData<float>(Samples, Features, Starts, Indices, Values);
        var (basis, coefficients) = RandomStart.Create(data, new() { Rank = rank, Seed = 1 });
        return new("sparse Zipf", data, new(basis.ToDense(), coefficients.ToDense()));
    }

    public void Save(string folder)
    {
        NpyWriter.Write<int>(Path.Combine(folder, "starts.npy"), Starts, Starts.Length);
        NpyWriter.Write<int>(Path.Combine(folder, "indices.npy"), Indices, Indices.Length);
        NpyWriter.Write<float>(Path.Combine(folder, "values.npy"), Values, Values.Length);
    }

    private static int Draw(double[] cumulative, Random random)
    {
        var at = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return Math.Min(at < 0 ? ~at : at, cumulative.Length - 1);
    }
}
