from django.db import models


class Told(models.Model):
    """A birth date and folded name told of in a case, to be compared with Kin and nothing else.

    Who may see it: nobody; only functions of the door compare it.
    """

    pk = models.CompositePrimaryKey("born", "folded", "case_id")
    case = models.ForeignKey("access.Case", models.CASCADE)
    born = models.DateField()
    folded = models.CharField(max_length=400)
