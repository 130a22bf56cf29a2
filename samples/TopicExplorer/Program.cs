// Learns topics from texts without labels, and looks around in them: words, shares, the texts most like a question.
//
//   dotnet run --project samples/TopicExplorer
//   dotnet run --project samples/TopicExplorer -- "We saw a comet through the telescope."

using GspMl.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

const int topics = 12;
var question = args is [var text, ..] ? text : "The goalkeeper saved a penalty in the last minute.";
var ml = new MLContext(seed: 1);
var sentences = ml.Data.LoadFromTextFile<Sentence>("samples/SparseNmfFeatures/sentences.tsv", hasHeader: true);

var model = ml.Transforms.TextTopics("Topics", "Text", rank: topics).Fit(sentences);
var rows = ml.Data.CreateEnumerable<Found>(model.Transform(sentences), reuseRowObject: false).ToList();
var nmf = Parts(model).OfType<SparseNmfTransformer>().Single();

Console.WriteLine($"{rows.Count} sentences, {topics} topics, sparsity {nmf.Sparsity:F2}; their words, and how much of all they are:");
var total = rows.Sum(row => row.Topics.Sum());
foreach (var topic in Enumerable.Range(0, topics).OrderByDescending(Share))
    Console.WriteLine($"{Share(topic),6:P1}  {string.Join(' ', nmf.GetTopFeatures(topic, 6).Select(word => word.Name))}");

var asked = ml.Model.CreatePredictionEngine<Sentence, Found>(model).Predict(new() { Text = question });
Console.WriteLine($"\n«{question}»");
foreach (var topic in Enumerable.Range(0, topics).Where(k => asked.Topics[k] > 0).OrderByDescending(k => asked.Topics[k]).Take(3))
    Console.WriteLine($"{asked.Topics[topic],6:F2} · {string.Join(' ', nmf.GetTopFeatures(topic, 4).Select(word => word.Name))}");

Console.WriteLine("\nThe sentences whose topics are most alike:");
foreach (var row in rows.OrderByDescending(row => Cosine(row.Topics, asked.Topics)).Take(4))
    Console.WriteLine($"{Cosine(row.Topics, asked.Topics),6:F2}  {row.Text}");

double Share(int topic) => rows.Sum(row => row.Topics[topic]) / total;

static double Cosine(float[] a, float[] b)
{
    var (product, squares) = (a.Zip(b, (x, y) => x * y).Sum(), a.Sum(x => x * x) * b.Sum(y => y * y));
    return squares > 0 ? product / Math.Sqrt(squares) : 0;
}

static IEnumerable<ITransformer> Parts(ITransformer part) =>
    part is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [part];

internal sealed class Sentence
{
    [LoadColumn(1)] public string Text { get; set; } = "";
}

internal sealed class Found
{
    public string Text { get; set; } = "";
    public float[] Topics { get; set; } = [];
}
