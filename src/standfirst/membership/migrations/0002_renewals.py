import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0004_key_of_payment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayerTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('interval', models.CharField(max_length=6)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('first_due', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('is_paused', models.BooleanField(default=False)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'terms of a payer',
                'verbose_name_plural': 'terms of payers',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payer_terms_amount_positive'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='payer_terms_currency')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('read_as', models.CharField(max_length=40)),
                ('lines_read', models.PositiveIntegerField(default=0)),
                ('lines_known', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(blank=True, default=list)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='payments.provideraccount')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bank statement',
                'verbose_name_plural': 'bank statements',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='StatementMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('columns', models.JSONField(default=dict)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='statement_mapping', to='payments.provideraccount')),
            ],
            options={
                'verbose_name': 'mapping of statements',
                'verbose_name_plural': 'mappings of statements',
            },
        ),
        migrations.CreateModel(
            name='HandEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('cash', 'cash'), ('cheque', 'cheque'), ('platform', 'another platform'), ('other', 'something else')], max_length=8)),
                ('amount', models.BigIntegerField()),
                ('paid_on', models.DateField()),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('note', models.CharField(max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_entries', to='payments.agreement')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='payments.handentry')),
            ],
            options={
                'verbose_name': 'entry by hand',
                'verbose_name_plural': 'entries by hand',
                'ordering': ['-paid_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('corrects__isnull', True)), models.Q(('amount__lt', 0), ('corrects__isnull', False)), _connector='OR'), name='hand_entry_or_correction')],
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('own_id', models.CharField(max_length=120)),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('number', models.PositiveIntegerField()),
                ('raw', models.JSONField(default=dict)),
                ('booked_on', models.DateField(db_index=True)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('payer_name', models.CharField(blank=True, default='', max_length=200)),
                ('payer_account', models.CharField(blank=True, default='', max_length=60)),
                ('text', models.TextField(blank=True, default='')),
                ('is_return', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('new', 'not looked at'), ('applied', 'booked'), ('proposed', 'to decide'), ('refused', 'not ours'), ('outgoing', 'money that left')], default='new', editable=False, max_length=10)),
                ('why', models.CharField(blank=True, default='', max_length=300)),
                ('candidates', models.JSONField(blank=True, default=list)),
                ('months', models.PositiveSmallIntegerField(default=0)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statement_lines', to='payments.provideraccount')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statement_lines', to='payments.agreement')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('returns', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returned_by', to='payments.statementline')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.statement')),
            ],
            options={
                'verbose_name': 'line of a statement',
                'verbose_name_plural': 'lines of statements',
                'ordering': ['-booked_on', '-pk'],
                'indexes': [models.Index(fields=['account', 'state'], name='statement_line_state')],
                'constraints': [models.UniqueConstraint(fields=('account', 'own_id'), name='statement_line_once'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='statement_line_not_nothing'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='statement_line_currency'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'applied'), _negated=True), ('agreement__isnull', False), _connector='OR'), name='statement_line_applied_to_something')],
            },
        ),
    ]
Migrations for 'membership':
  src/standfirst/membership/migrations/0002_pledge_failed_at_pledge_paused_at_mailtext_sentmail_and_more.py
    + Add field failed_at to pledge
    + Add field paused_at to pledge
    + Create model MailText
    + Create model SentMail
    + Create model ChangeOrder
    + Create model PaidPeriod
    + Create model PledgeNotice
    + Create model Renewal
Full migrations file '0002_pledge_failed_at_pledge_paused_at_mailtext_sentmail_and_more.py':
# Generated by Django 5.2.19 on 2026-11-23 13:08

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('membership', '0001_members'),
        ('payments', '0004_key_of_payment'),
    ]

    operations = [
        migrations.AddField(
            model_name='pledge',
            name='failed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pledge',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ChangeOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'asked for'), ('done', 'done'), ('refused', 'refused by the provider')], default='asked', editable=False, max_length=8)),
                ('amount', models.BigIntegerField(blank=True, null=True)),
                ('interval', models.CharField(blank=True, choices=[('month', 'a month'), ('year', 'a year'), ('once', 'once')], default='', max_length=6)),
                ('paused', models.BooleanField(blank=True, null=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('ends', models.BooleanField(blank=True, null=True)),
                ('ends_now', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, default='', max_length=200)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.agreement')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_orders', to='membership.pledge')),
            ],
            options={
                'verbose_name': 'change at a provider',
                'verbose_name_plural': 'changes at providers',
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['next_try_at'], name='change_order_waiting')],
            },
        ),
        migrations.CreateModel(
            name='PaidPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('day', models.PositiveSmallIntegerField()),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paid_period', to='payments.payment')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paid_periods', to='membership.pledge')),
            ],
            options={
                'verbose_name': 'paid period',
                'verbose_name_plural': 'paid periods',
                'constraints': [models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='paid_period_has_time')],
            },
        ),
        migrations.CreateModel(
            name='PledgeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('about', models.DateField()),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='membership.pledge')),
            ],
            options={
                'verbose_name': 'notice of a pledge',
                'verbose_name_plural': 'notices of pledges',
                'constraints': [models.UniqueConstraint(fields=('pledge', 'kind', 'about', 'step'), name='pledge_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Renewal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period_start', models.DateField()),
                ('attempt', models.PositiveSmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('interval', models.CharField(choices=[('month', 'a month'), ('year', 'a year'), ('once', 'once')], max_length=6)),
                ('state', models.CharField(choices=[('asked', 'asked for'), ('settled', 'paid'), ('refused', 'refused'), ('dropped', 'no longer wanted')], default='asked', editable=False, max_length=8)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, default='', max_length=200)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.agreement')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='membership.pledge')),
            ],
            options={
                'verbose_name': 'renewal',
                'verbose_name_plural': 'renewals',
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['next_try_at'], name='renewal_waiting')],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'period_start', 'attempt'), name='renewal_attempt_once'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('agreement',), name='renewal_one_at_a_time'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='renewal_amount_positive')],
            },
        ),
    ]
